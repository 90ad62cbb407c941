// What an administrator can do to an agent besides approving it.
import { Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { AgentResource } from '@relevo/protocol';
import { IconBan, IconPencil } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useConfirmation } from '../../look/confirmation.tsx';
import { noticeDone } from '../../look/notices.ts';
import { RowMenu } from '../../look/row-menu.tsx';
import { useTold } from '../../look/told.ts';
import { useRevokeAgent } from './agent-queries.ts';
import { EditAgentDialog } from './edit-agent-dialog.tsx';

export function AgentMenu({ agent }: { agent: AgentResource }) {
  const { t } = useTranslation();
  const confirm = useConfirmation();
  const told = useTold();
  const revocation = useRevokeAgent();
  const [isEditing, { open, close }] = useDisclosure(false);

  function askToRevoke() {
    confirm({
      title: t('agents.revoke_title'),
      text: t('agents.revoke_text', { name: agent.name }),
      action: t('agents.revoke'),
      onConfirm: () => void told(revocation.mutateAsync(agent.id), () => noticeDone(t('agents.revoked', { name: agent.name }))),
    });
  }

  return (
    <>
      <RowMenu label={t('agents.actions_of', { name: agent.name })}>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={open}>
          {t('agents.edit')}
        </Menu.Item>
        <Menu.Item leftSection={<IconBan size={16} />} color="red" onClick={askToRevoke}>
          {t('agents.revoke')}
        </Menu.Item>
      </RowMenu>
      {isEditing && <EditAgentDialog agent={agent} onClose={close} />}
    </>
  );
}
