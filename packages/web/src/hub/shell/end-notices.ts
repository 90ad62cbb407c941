// Tells through the system when an operation that took long has ended and the reader looks elsewhere; only for who asked for it.
import { useLocalStorage } from '@mantine/hooks';
import { useOperations } from '@relevo/progress/react';
import { isEnded } from '@relevo/protocol';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { noticeRefused } from '../../look/notices.ts';
import { newlyEnded } from './newly-ended.ts';

/** Whoever waits less than this has not looked away yet. */
const longMs = 10_000;

/** Whether the reader wants to be told, and a way to change that; undefined where the browser has no such notices. */
export function useEndNotices(): { isOn: boolean; toggle: () => Promise<void> } | undefined {
  const { t } = useTranslation();
  const [isOn, setOn] = useLocalStorage({ key: 'relevo.end-notices', defaultValue: false, getInitialValueInEffect: false });
  if (!('Notification' in window)) return undefined;
  return {
    isOn: isOn && Notification.permission === 'granted',
    async toggle() {
      if (isOn && Notification.permission === 'granted') return setOn(false);
      if ((await Notification.requestPermission()) === 'granted') setOn(true);
      else noticeRefused(t('notices.refused'));
    },
  };
}

/** Shows the notices while the pages are open. */
export function EndNotices() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const operations = useOperations();
  const isOn = useEndNotices()?.isOn ?? false;
  const openSince = useRef<ReadonlyMap<string, number>>(new Map());
  useEffect(() => {
    const { ended, open } = newlyEnded(operations, openSince.current, performance.now(), longMs);
    openSince.current = open;
    if (!isOn || document.hasFocus()) return;
    for (const { operation_id, title, state } of ended) {
      if (!isEnded(state)) continue;
      show(title || operation_id, t(`operations.state_${state}`), operation_id, () =>
        navigate({ to: '/operations/$operationId', params: { operationId: operation_id } }),
      );
    }
  }, [operations, isOn, t, navigate]);
  return null;
}

function show(title: string, body: string, tag: string, open: () => Promise<void>): void {
  try {
    const notice = new Notification(title, { body, tag });
    notice.onclick = () => {
      focus();
      notice.close();
      void open();
    };
  } catch {
    // Some systems let only service workers notify: then there is nothing to show.
  }
}
