// The short notices: what was done and can be undone, what is under way, and what was refused.
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';

/** The cross has no word of its own. */
const closable = () => ({ withBorder: true, closeButtonProps: { 'aria-label': i18next.t('actions.close') } });

export function noticeDone(message: string): void {
  notifications.show({ message, color: 'teal', ...closable() });
}

export function noticeRefused(message: string): void {
  notifications.show({ message, color: 'red', autoClose: 8000, ...closable() });
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
