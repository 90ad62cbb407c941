// Where the reader is signed in, and signing out of there.
import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import type { Session } from '@relevo/protocol';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useConfirmation } from '../../look/confirmation.tsx';
import { noticeDone } from '../../look/notices.ts';
import { RelativeTime } from '../../look/relative-time.tsx';
import { Failed, LoadingRows } from '../../look/states.tsx';
import { useTold } from '../../look/told.ts';
import { sessionsQuery, useEndOtherSessions, useEndSession } from './account-queries.ts';
import { AccountSection } from './account-section.tsx';

export function SessionsSection() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(sessionsQuery);
  const confirm = useConfirmation();
  const told = useTold();
  const ending = useEndOtherSessions();

  function askToEnd() {
    confirm({
      title: t('account.end_others'),
      text: t('account.end_others_text'),
      action: t('account.end_others'),
      onConfirm: () => void told(ending.mutateAsync(), () => noticeDone(t('account.others_ended'))),
    });
  }

  return (
    <AccountSection title={t('account.sessions')} text={t('account.sessions_about')}>
      {!data && (error ? <Failed error={error} onRetry={() => void refetch()} /> : <LoadingRows rows={2} />)}
      {data && (
        <Stack gap="md" align="flex-start">
          <Stack component="ul" gap={0} m={0} mt={-8} p={0} w="100%" className="relevo-rows" aria-label={t('account.sessions')}>
            {data.map((session) => (
              <SessionRow key={session.id} session={session} />
            ))}
          </Stack>
          {data.length > 1 && (
            <Button variant="light" color="red" loading={ending.isPending} onClick={askToEnd}>
              {t('account.end_others')}
            </Button>
          )}
        </Stack>
      )}
    </AccountSection>
  );
}

function SessionRow({ session }: { session: Session }) {
  const { t } = useTranslation();
  const told = useTold();
  const ending = useEndSession();
  const { id, current, browser, system, address, created_at, last_seen_at } = session;
  const name = [browser, system].filter((part) => part !== '').join(' · ') || t('account.unknown_browser');
  return (
    <Group component="li" justify="space-between" wrap="nowrap" py="xs" gap="md">
      <Stack gap={0} miw={0}>
        <Group gap="xs">
          <Text size="sm" fw={500}>
            {name}
          </Text>
          {current && (
            <Badge size="sm" color="teal" tt="none">
              {t('account.this_browser')}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          {address && `${address} · `}
          {t('account.signed_in')} <RelativeTime iso={created_at} /> · {t('account.last_seen')} <RelativeTime iso={last_seen_at} />
        </Text>
      </Stack>
      {!current && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          flex="none"
          aria-label={t('account.end_named', { name })}
          loading={ending.isPending}
          onClick={() => void told(ending.mutateAsync(id))}
        >
          {t('account.sign_out')}
        </Button>
      )}
    </Group>
  );
}
