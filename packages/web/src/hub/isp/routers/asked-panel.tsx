// Something that a router is asked when a person wants to know: the button, what is told while it answers, why it did not, and what it found.
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useErrorText } from '../../../look/error-text.ts';
import { Surface } from '../../../look/surface.tsx';
import { newOperationId } from '../../operations/operation-id.ts';
import { LiveMessage } from '../live-message.tsx';

interface AskedPanelProps {
  label: string;
  about: ReactNode;
  icon: ReactNode;
  /** The operation's id begins with it. */
  kind: 'probe-router' | 'compare-router';
  asking: { mutate: (operationId: string) => void; isPending: boolean; error: unknown };
  onAsk: () => void;
  /** The refusal tells something to go on with. */
  isMild?: boolean;
  children: ReactNode;
}

export function AskedPanel({ label, about, icon, kind, asking, onAsk, isMild = false, children }: AskedPanelProps) {
  const textOf = useErrorText();
  const [operationId, setOperationId] = useState<string>();

  function ask() {
    const id = newOperationId(kind);
    setOperationId(id);
    onAsk();
    asking.mutate(id);
  }

  return (
    <Surface component="section" p="md" aria-label={label}>
      <Stack gap="sm">
        <Group justify="space-between" gap="sm">
          <Text size="sm" c="dimmed" flex={1} miw={200}>
            {about}
          </Text>
          <Button variant="default" leftSection={icon} loading={asking.isPending} onClick={ask}>
            {label}
          </Button>
        </Group>
        {asking.isPending && operationId && <LiveMessage operationId={operationId} />}
        {Boolean(asking.error) && (
          <Alert className="relevo-name" color={isMild ? 'yellow' : 'red'} icon={<IconAlertTriangle />} role="alert">
            {textOf(asking.error)}
          </Alert>
        )}
        {children}
      </Stack>
    </Surface>
  );
}
