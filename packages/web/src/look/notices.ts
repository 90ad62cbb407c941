// The short notices in the corner: what was done, and what was refused.
import { notifications } from '@mantine/notifications';

export function noticeDone(message: string): void {
  notifications.show({ message, color: 'teal', withBorder: true });
}

export function noticeRefused(message: string): void {
  notifications.show({ message, color: 'red', withBorder: true, autoClose: 8000 });
}
