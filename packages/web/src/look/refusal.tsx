// Why something was refused, beside the form that asked for it.
import { Alert } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { useErrorText } from './error-text.ts';

export function Refusal({ error }: { error: unknown }) {
  const textOf = useErrorText();
  return (
    <Alert color="red" icon={<IconAlertCircle />} role="alert">
      {textOf(error)}
    </Alert>
  );
}
