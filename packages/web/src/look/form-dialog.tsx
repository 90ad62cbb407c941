// A dialog around a form: what was refused stands above the buttons, and nothing written is lost by it.
import { Alert, Button, Group, Modal, type ModalProps, Stack } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from './error-text.ts';
import { useFocusBack } from './focus-back.ts';
import { useToldWhenGone } from './told.ts';

interface FormDialogProps {
  title: string;
  /** The word on the button that sends it. */
  submit: string;
  submitIcon?: ReactNode;
  /** Sends it. When that succeeds the dialog closes; what is refused after it was closed is told by a notice. */
  onSubmit: () => Promise<unknown>;
  onClose: () => void;
  /** Why the last attempt was refused. */
  error: unknown;
  isPending: boolean;
  isComplete?: boolean;
  /** Something else comes in its place when it is done. */
  staysOpen?: boolean;
  size?: ModalProps['size'];
  /** Beside the buttons: what sending it will do. */
  note?: ReactNode;
  children: ReactNode;
}

export function FormDialog({
  title,
  submit,
  onSubmit,
  onClose,
  error,
  isPending,
  isComplete = true,
  staysOpen = false,
  size = 'md',
  submitIcon,
  note,
  children,
}: FormDialogProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const told = useToldWhenGone();
  useFocusBack();

  function send(event: FormEvent) {
    event.preventDefault();
    // React bubbles through the page that opened the dialog, which may be a form itself.
    event.stopPropagation();
    if (isComplete && !isPending) void told(onSubmit(), staysOpen ? undefined : onClose);
  }

  return (
    <Modal opened onClose={onClose} title={title} size={size} closeButtonProps={{ 'aria-label': t('actions.close') }}>
      <form onSubmit={send}>
        <Stack gap="md">
          {children}
          {Boolean(error) && (
            <Alert color="red" icon={<IconAlertCircle />} role="alert">
              {textOf(error)}
            </Alert>
          )}
          <Group justify="space-between" gap="sm" mih={36}>
            {note}
            <Group gap="sm" ml="auto">
              <Button variant="default" onClick={onClose}>
                {t('actions.cancel')}
              </Button>
              <Button type="submit" leftSection={submitIcon} loading={isPending} disabled={!isComplete}>
                {submit}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
