// Which agents hold a file, and its newest deliveries, kept fresh while it is looked at.
import { Anchor, Group, Stack, Text } from '@mantine/core';
import type { FileResource } from '@relevo/protocol';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Name } from '../../look/name.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { Failed, LoadingRows } from '../../look/states.tsx';
import { AgentState } from '../agents/agent-state.tsx';
import { OperationStateBadge } from '../operations/operation-state.tsx';
import { useMe } from '../session/session.ts';
import { whereaboutsQuery } from './file-queries.ts';

export function FileWhereabouts({ file }: { file: FileResource }) {
  const { t } = useTranslation();
  const me = useMe();
  const { data, error, refetch } = useQuery(whereaboutsQuery(file.id));
  if (!data) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <LoadingRows rows={2} />;
  return (
    <>
      <Section title={t('files.held_by')} none={t('files.held_by_none')} isEmpty={data.agents.length === 0}>
        {data.agents.map((agent) => (
          <Group key={`${agent.id} ${agent.file_name}`} justify="space-between" wrap="nowrap" gap="sm" component="li">
            <div>
              <Anchor size="sm" fw={500} renderRoot={(props) => <Link to="/agents/$agentId" params={{ agentId: agent.id }} {...props} />}>
                <Name>{agent.name}</Name>
              </Anchor>
              <Text size="xs" c="dimmed">
                {agent.file_name !== file.name && (
                  <>
                    <Name>{agent.file_name}</Name>
                    {' · '}
                  </>
                )}
                <RelativeTime iso={agent.received_at} />
              </Text>
            </div>
            <AgentState status={agent.status} />
          </Group>
        ))}
        {data.agents_total > data.agents.length && (
          <Text size="sm" c="dimmed" component="li">
            {t('uploads.and_more', { count: data.agents_total - data.agents.length })}
          </Text>
        )}
      </Section>
      <Section title={t('files.deliveries')} none={t('files.deliveries_none')} isEmpty={data.deliveries.length === 0}>
        {data.deliveries.map((operation) => (
          <Group key={`${operation.user_id} ${operation.operation_id}`} justify="space-between" wrap="nowrap" gap="sm" component="li">
            <Anchor
              size="sm"
              renderRoot={(props) => (
                <Link
                  to="/operations/$operationId"
                  params={{ operationId: operation.operation_id }}
                  search={operation.user_id === me.id ? {} : { user: operation.user_id }}
                  {...props}
                />
              )}
            >
              <RelativeTime iso={operation.created_at} />
            </Anchor>
            <OperationStateBadge state={operation.state} />
          </Group>
        ))}
      </Section>
    </>
  );
}

function Section({ title, none, isEmpty, children }: { title: string; none: string; isEmpty: boolean; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Text component="h3" fw={600} size="sm" mb={6}>
        {title}
      </Text>
      {isEmpty ? (
        <Text size="sm" c="dimmed">
          {none}
        </Text>
      ) : (
        <Stack gap="xs" component="ul" className="relevo-plain-list">
          {children}
        </Stack>
      )}
    </section>
  );
}
