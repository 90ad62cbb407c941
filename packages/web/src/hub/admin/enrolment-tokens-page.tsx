// The enrolment tokens that were made: what is left of each, and ending it.
import { Badge, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { EnrolmentToken } from '@relevo/protocol';
import { IconPlus, IconTicket } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { AskFirstButton } from '../../look/ask-first-button.tsx';
import { DataTable } from '../../look/data-table.tsx';
import { Name } from '../../look/name.tsx';
import { noticeDone } from '../../look/notices.ts';
import { Page } from '../../look/page.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { Empty } from '../../look/states.tsx';
import type { Column } from '../../look/table/columns.ts';
import { useTold } from '../../look/told.ts';
import { agentsQuery } from '../agents/agent-queries.ts';
import { EnrolmentDialog } from '../agents/enrolment-dialog.tsx';
import { NotAllowed } from '../session/not-allowed.tsx';
import { useMe } from '../session/session.ts';
import { tokensQuery, useRevokeToken } from './admin-queries.ts';

const keyOf = ({ id }: EnrolmentToken) => id;

export function EnrolmentTokensPage() {
  return useMe().role === 'admin' ? <EnrolmentTokens /> : <NotAllowed />;
}

function EnrolmentTokens() {
  const { t } = useTranslation();
  const query = useQuery(tokensQuery);
  const agents = useQuery(agentsQuery);
  const [isCreating, { open, close }] = useDisclosure(false);
  const columns = useMemo(
    (): Column<EnrolmentToken>[] => [
      { id: 'token', header: t('tokens.token'), cell: (token) => <TokenName token={token} /> },
      { id: 'state', header: t('tokens.state'), width: 130, cell: (token) => <TokenState token={token} /> },
      {
        id: 'uses',
        header: t('tokens.uses'),
        width: 130,
        cell: ({ uses, uses_left }) => <Text size="sm">{t('tokens.uses_left', { left: uses_left, total: uses })}</Text>,
      },
      {
        id: 'expires',
        header: t('api_keys.expires'),
        width: 150,
        from: 'md',
        cell: ({ expires_at }) => (
          <Text size="sm" c="dimmed">
            {expires_at === null ? t('api_keys.no_end') : <RelativeTime iso={expires_at} />}
          </Text>
        ),
      },
      { id: 'actions', header: t('actions.title'), width: 130, align: 'end', card: 'actions', cell: (token) => <RevokeToken token={token} /> },
    ],
    [t],
  );
  return (
    <Page
      title={t('navigation.tokens')}
      description={t('tokens.about')}
      actions={
        <Button leftSection={<IconPlus size={18} />} onClick={open} disabled={!agents.data}>
          {t('tokens.add')}
        </Button>
      }
    >
      <DataTable
        label={t('navigation.tokens')}
        columns={columns}
        query={query}
        rows={query.data}
        keyOf={keyOf}
        empty={<Empty icon={<IconTicket />} title={t('tokens.none')} text={t('tokens.none_text')} />}
      />
      {isCreating && <EnrolmentDialog known={(agents.data ?? []).map(({ id }) => id)} onClose={close} onMade={() => void query.refetch()} />}
    </Page>
  );
}

function TokenName({ token: { labels, created_by, created_at, approved } }: { token: EnrolmentToken }) {
  const { t } = useTranslation();
  return (
    <>
      <Group gap="xs">
        {labels.length === 0 && (
          <Text size="sm" fw={500}>
            {t('tokens.no_labels')}
          </Text>
        )}
        {labels.map((label) => (
          <Badge key={label} size="sm" color="gray" tt="none">
            {label}
          </Badge>
        ))}
        {approved && (
          <Badge size="sm" color="relay" tt="none">
            {t('tokens.approves')}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        <Name>{created_by ?? t('tokens.by_hub')}</Name> · <RelativeTime iso={created_at} />
      </Text>
    </>
  );
}

function TokenState({ token: { uses_left, expires_at } }: { token: EnrolmentToken }) {
  const { t } = useTranslation();
  if (uses_left === 0)
    return (
      <Badge color="gray" tt="none">
        {t('tokens.used_up')}
      </Badge>
    );
  if (expires_at !== null && Date.parse(expires_at) <= Date.now())
    return (
      <Badge color="gray" tt="none">
        {t('api_keys.expired')}
      </Badge>
    );
  return (
    <Badge color="teal" tt="none">
      {t('tokens.good')}
    </Badge>
  );
}

function RevokeToken({ token: { id } }: { token: EnrolmentToken }) {
  const { t } = useTranslation();
  const told = useTold();
  const revocation = useRevokeToken();
  const onConfirm = () => void told(revocation.mutateAsync(id), () => noticeDone(t('tokens.revoked')));
  return (
    <AskFirstButton
      question={{ title: t('tokens.revoke_title'), text: t('tokens.revoke_text'), action: t('agents.revoke'), onConfirm }}
      isPending={revocation.isPending}
    />
  );
}
