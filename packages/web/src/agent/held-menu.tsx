// What else can be done with a file that lies on this machine: check it again, find it.
import { Menu } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import type { HeldFile } from '@relevo/protocol';
import { IconCopy, IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { noticeDone, noticeRefused } from '../look/notices.ts';
import { RowMenu } from '../look/row-menu.tsx';
import { useTold } from '../look/told.ts';
import { statusQuery, useVerifyHeld } from './local-queries.ts';

export function HeldMenu({ file: { name } }: { file: HeldFile }) {
  const { t } = useTranslation();
  const told = useTold();
  const clipboard = useClipboard();
  const { data: status } = useQuery(statusQuery);
  const verification = useVerifyHeld();

  function verify() {
    void told(verification.mutateAsync(name), ({ intact }) => {
      if (intact) noticeDone(t('agent.intact', { name }));
      else noticeRefused(t('agent.not_intact', { name }));
    });
  }

  function copyPlace() {
    clipboard.copy(`${status?.files_dir ?? ''}/${name}`);
    noticeDone(t('agent.place_copied'));
  }

  return (
    <RowMenu label={t('agent.actions_of', { name })} isBusy={verification.isPending}>
      <Menu.Item leftSection={<IconShieldCheck size={16} />} onClick={verify}>
        {t('agent.verify')}
      </Menu.Item>
      {status && (
        <Menu.Item leftSection={<IconCopy size={16} />} onClick={copyPlace}>
          {t('agent.copy_place')}
        </Menu.Item>
      )}
    </RowMenu>
  );
}
