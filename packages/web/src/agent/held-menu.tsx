// What else can be done with a file that lies on this machine: check it again, find it.
import { ActionIcon, Menu } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import type { HeldFile } from '@relevo/protocol';
import { IconCopy, IconDots, IconShieldCheck } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../look/error-text.ts';
import { noticeDone, noticeRefused } from '../look/notices.ts';
import { heldFilesQuery, statusQuery, useVerifyHeld } from './local-queries.ts';

export function HeldMenu({ file: { name } }: { file: HeldFile }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const clipboard = useClipboard();
  const queryClient = useQueryClient();
  const { data: status } = useQuery(statusQuery);
  const verification = useVerifyHeld();

  /** The row may be gone before the answer is here: what is told of it must not hang on the row. */
  async function verify() {
    try {
      const { intact } = await verification.mutateAsync(name);
      if (intact) noticeDone(t('agent.intact', { name }));
      else noticeRefused(t('agent.not_intact', { name }));
    } catch (error) {
      noticeRefused(textOf(error));
    }
    await queryClient.invalidateQueries({ queryKey: heldFilesQuery.queryKey });
  }

  function copyPlace() {
    clipboard.copy(`${status?.files_dir ?? ''}/${name}`);
    noticeDone(t('agent.place_copied'));
  }

  return (
    <Menu position="bottom-end" withArrow shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('agent.actions_of', { name })} loading={verification.isPending}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconShieldCheck size={16} />} onClick={() => void verify()}>
          {t('agent.verify')}
        </Menu.Item>
        {status && (
          <Menu.Item leftSection={<IconCopy size={16} />} onClick={copyPlace}>
            {t('agent.copy_place')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
