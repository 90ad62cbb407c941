// A button in a row that asks before it takes something away for good.
import { Button } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { type Confirmation, useConfirmation } from './confirmation.tsx';

interface AskFirstButtonProps {
  /** Its `action` is the word on this button as well. */
  question: Confirmation;
  /** The whole of it for who cannot see the row. */
  label?: string;
  isPending: boolean;
}

export function AskFirstButton({ question, label, isPending }: AskFirstButtonProps) {
  const confirm = useConfirmation();
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      color="red"
      leftSection={<IconTrash size={14} />}
      loading={isPending}
      onClick={() => confirm(question)}
      aria-label={label}
    >
      {question.action}
    </Button>
  );
}
