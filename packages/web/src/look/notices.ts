// The short notices: what was done and can be undone, what is under way, and what was refused.
import { notifications } from '@mantine/notifications';

export function noticeDone(message: string): void {
  notifications.show({ message, color: 'teal', withBorder: true });
}

export function noticeRefused(message: string): void {
  notifications.show({ message, color: 'red', withBorder: true, autoClose: 8000 });
}

/** A notice that stays, with the newest word, until it is ended. */
export function noticeProgress(): { update: (message: string) => void; end: () => void } {
  let id: string | undefined;
  return {
    update(message) {
      if (id === undefined) id = notifications.show({ message, loading: true, autoClose: false, withCloseButton: false, withBorder: true });
      else notifications.update({ id, message, loading: true, autoClose: false, withCloseButton: false, withBorder: true });
    },
    end() {
      if (id !== undefined) notifications.hide(id);
    },
  };
}
