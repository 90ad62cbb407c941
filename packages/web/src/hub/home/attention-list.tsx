// What somebody should look at first; calm words when there is nothing.
import { Anchor, Box, Button, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconDatabase, IconPlayerPause, IconPlugConnectedX, IconRouterOff, IconUserQuestion } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { Name } from '../../look/name.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { Surface } from '../../look/surface.tsx';
import { OperationLink } from '../operations/operation-link.tsx';
import { useMe } from '../session/session.ts';
import type { Attention } from './activity-queries.ts';
import { useSeenFailures } from './seen-failures.ts';

/** Of each kind, how many stand here before a link to all of them. */
const shownMax = 4;
const iconSize = 34;
/** What can be done about the failures stands below their words, as a part of the last of them. */
const failuresIndent = `calc(var(--mantine-spacing-md) + ${iconSize}px + var(--mantine-spacing-sm))`;

export function AttentionList({ attention }: { attention: Attention }) {
  const { t } = useTranslation();
  const { isSeen, markSeen } = useSeenFailures();
  const { failed_operations, operations_standing_still, agents_away, agents_pending, routers_unreachable, disk } = attention;
  const failed = failed_operations.operations.filter(({ ended_at }) => !isSeen(ended_at));
  const hidden = failed_operations.operations.length - failed.length;
  const failedCount = Math.max(failed.length, hidden === 0 ? failed_operations.count : failed.length);
  const others = [operations_standing_still, agents_away, agents_pending, routers_unreachable];
  const isCalm = failed.length === 0 && others.every(({ count }) => count === 0) && !disk?.is_low;
  if (isCalm) {
    return (
      <Surface p="md">
        <Group gap="sm" wrap="nowrap">
          <ThemeIcon variant="light" color="teal" radius="xl" size={iconSize} aria-hidden>
            <IconCircleCheck size={19} />
          </ThemeIcon>
          <Text size="sm">{t('home.calm')}</Text>
        </Group>
      </Surface>
    );
  }
  return (
    <Surface style={{ overflow: 'hidden' }}>
      <Stack component="ul" gap={0} m={0} p={0} className="relevo-rows">
        {disk?.is_low && <DiskLow disk={disk} />}
        {operations_standing_still.operations.slice(0, shownMax).map((operation) => (
          <StandingStill key={`${operation.user_id} ${operation.operation_id}`} operation={operation} />
        ))}
        {failed.slice(0, shownMax).map(({ operation_id, user_id, title, message, ended_at }) => (
          <Need key={`${user_id} ${operation_id}`} color="red" icon={<IconAlertTriangle size={18} />} when={ended_at}>
            <OperationLink operationId={operation_id} userId={user_id} weight={500}>
              <Name>{t('home.failed', { name: title || operation_id })}</Name>
            </OperationLink>
            <Detail>{message}</Detail>
          </Need>
        ))}
        {failed.length > 0 && (
          <Box component="li" px="md" pb="sm" ps={failuresIndent} bd="none">
            <Group gap="md">
              {failedCount > Math.min(failed.length, shownMax) && (
                <Anchor size="sm" renderRoot={(props) => <Link to="/operations" search={{ state: 'error' }} {...props} />}>
                  {t('home.failed_all', { count: failedCount })}
                </Anchor>
              )}
              <Button variant="default" size="compact-sm" fw={500} onClick={() => markSeen(failed.map(({ ended_at }) => ended_at))}>
                {t('home.mark_seen', { count: failed.length })}
              </Button>
            </Group>
          </Box>
        )}
        {routers_unreachable.routers.slice(0, shownMax).map(({ id_router, nombre, error, comprobado_at }) => (
          <Need key={id_router} color="red" icon={<IconRouterOff size={18} />} when={comprobado_at}>
            <Anchor size="sm" fw={500} renderRoot={(props) => <Link to="/routers/$routerId" params={{ routerId: String(id_router) }} {...props} />}>
              <Name>{t('home.router_unreachable', { name: nombre })}</Name>
            </Anchor>
            <Detail>{error}</Detail>
          </Need>
        ))}
        {agents_pending.agents.slice(0, shownMax).map(({ id, name, created_at }) => (
          <Need key={id} color="yellow" icon={<IconUserQuestion size={18} />} when={created_at}>
            <AgentLink id={id} text={t('home.pending', { name })} />
            <Detail>{t('home.pending_text')}</Detail>
          </Need>
        ))}
        <More shown={shownMax} count={agents_pending.count} />
        {agents_away.agents.slice(0, shownMax).map(({ id, name, last_seen_at, tasks_waiting }) => (
          <Need key={id} color="orange" icon={<IconPlugConnectedX size={18} />} when={last_seen_at}>
            <AgentLink id={id} text={t('home.away', { name })} />
            <Detail>{tasks_waiting > 0 ? t('agents.tasks', { count: tasks_waiting }) : last_seen_at === null ? t('home.never_seen') : ''}</Detail>
          </Need>
        ))}
        <More shown={shownMax} count={agents_away.count} />
      </Stack>
    </Surface>
  );
}

/** Where it can be gone on with: by whose it is on the page of its connection. */
function StandingStill({ operation }: { operation: Attention['operations_standing_still']['operations'][number] }) {
  const { t } = useTranslation();
  const me = useMe();
  const { operation_id, user_id, title, message, id_conexion, started_at } = operation;
  const name = <Name>{t('home.standing_still', { name: title || operation_id })}</Name>;
  return (
    <Need color="orange" icon={<IconPlayerPause size={18} />} when={started_at}>
      {user_id === me.id ? (
        <Anchor
          size="sm"
          fw={500}
          renderRoot={(props) => (
            <Link to="/connections/$connectionId" params={{ connectionId: String(id_conexion) }} search={{ operation: operation_id }} {...props} />
          )}
        >
          {name}
        </Anchor>
      ) : (
        <OperationLink operationId={operation_id} userId={user_id} weight={500}>
          {name}
        </OperationLink>
      )}
      <Detail>{message || t('home.next_step_unasked')}</Detail>
    </Need>
  );
}

function Need({ color, icon, when, children }: { color: string; icon: ReactNode; when: string | null; children: ReactNode }) {
  return (
    <Box component="li" px="md" py="sm">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <ThemeIcon variant="light" color={color} radius="xl" size={iconSize} aria-hidden>
          {icon}
        </ThemeIcon>
        <Box flex={1} miw={0} pt={1}>
          {children}
        </Box>
        {when !== null && (
          <Text size="xs" c="dimmed" pt={4} style={{ whiteSpace: 'nowrap' }}>
            <RelativeTime iso={when} />
          </Text>
        )}
      </Group>
    </Box>
  );
}

function DiskLow({ disk }: { disk: NonNullable<Attention['disk']> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <Need color="red" icon={<IconDatabase size={18} />} when={null}>
      <Text size="sm" fw={500}>
        {t('home.disk_low')}
      </Text>
      <Detail>{t('home.disk_left', { free: formats.bytes(disk.free_bytes), total: formats.bytes(disk.total_bytes) })}</Detail>
    </Need>
  );
}

function AgentLink({ id, text }: { id: string; text: string }) {
  return (
    <Anchor size="sm" fw={500} renderRoot={(props) => <Link to="/agents/$agentId" params={{ agentId: id }} {...props} />}>
      <Name>{text}</Name>
    </Anchor>
  );
}

function Detail({ children }: { children: string }) {
  return children === '' ? null : (
    <Text size="sm" c="dimmed" lineClamp={2} dir="auto" className="relevo-name">
      {children}
    </Text>
  );
}

function More({ shown, count }: { shown: number; count: number }) {
  const { t } = useTranslation();
  return count > shown ? (
    <Box component="li" px="md" py={6}>
      <Anchor component={Link} to="/agents" size="sm">
        {t('home.more_agents', { count: count - shown })}
      </Anchor>
    </Box>
  ) : null;
}
