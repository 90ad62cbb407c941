// A notice of what was done, with the way back while it shows.
import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';

/** Long enough to read it, find the button and press it. */
const undoMs = 10_000;

/** `undo`: the word on the button. */
export function noticeWithUndo({ message, undo, onUndo }: { message: string; undo: string; onUndo: () => void }): void {
  const id = notifications.show({
    color: 'teal',
    withBorder: true,
    closeButtonProps: { 'aria-label': i18next.t('actions.close') },
    autoClose: undoMs,
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" className="relevo-name">
          {message}
        </Text>
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => {
            notifications.hide(id);
            onUndo();
          }}
        >
          {undo}
        </Button>
      </Group>
    ),
  });
}
