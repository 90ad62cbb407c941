// The focus goes back to what opened a dialog. Dialogs here are there or not, and Mantine gives it back only to those that stay and are closed.
import { useEffect, useState } from 'react';

/** For a component that is there as long as a dialog is. What took the focus by itself in the meantime keeps it. */
export function useFocusBack(): void {
  const [opener] = useState(() => lastingOf(document.activeElement));
  useEffect(
    () => () => {
      const isLost = document.activeElement === null || document.activeElement === document.body;
      if (isLost && opener?.isConnected) opener.focus();
    },
    [opener],
  );
}

/** The entry of a menu goes with it: the button that the menu hangs on stays. */
function lastingOf(element: Element | null): HTMLElement | undefined {
  const button = document.getElementById(element?.closest('[role=menu]')?.getAttribute('aria-labelledby') ?? '');
  const lasting = button ?? element;
  return lasting instanceof HTMLElement && lasting !== document.body ? lasting : undefined;
}
