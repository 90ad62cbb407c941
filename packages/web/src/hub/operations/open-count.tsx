// How many of the reader's operations are open, beside the word in the navigation.
import { Badge } from '@mantine/core';
import { useOperations } from '@relevo/progress/react';
import { isEnded } from '@relevo/protocol';

export function OpenCount() {
  const open = useOperations().filter(({ state }) => !isEnded(state)).length;
  return open > 0 ? (
    <Badge size="sm" circle={open < 10} variant="filled">
      {open}
    </Badge>
  ) : null;
}
