// What waits for an agent or runs on it, and what it did.
import { Text } from '@mantine/core';
import type { AgentResource, AgentTaskEnd, WaitingTaskResource } from '@relevo/protocol';
import { IconHistory, IconMoodSmile } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../../look/data-table.tsx';
import { Name } from '../../look/name.tsx';
import { ProgressLine } from '../../look/progress-line.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { Empty } from '../../look/states.tsx';
import type { Column } from '../../look/table/columns.ts';
import { useMe } from '../session/session.ts';
import { agentTasksQuery, useAgentHistory } from './agent-queries.ts';

const waitingKey = ({ task_id }: WaitingTaskResource) => task_id;
const endKey = ({ id }: AgentTaskEnd) => String(id);

export function WaitingTasks({ agent }: { agent: AgentResource }) {
  const { t } = useTranslation();
  const query = useQuery(agentTasksQuery(agent.id));
  const columns = useMemo(
    (): Column<WaitingTaskResource>[] => [
      { id: 'title', header: t('agents.task'), cell: (task) => <TaskTitle task={task} /> },
      { id: 'progress', header: t('agents.task_progress'), width: 220, cell: (task) => <TaskProgress task={task} /> },
      timeColumn(t('agents.task_since'), ({ created_at }) => created_at),
    ],
    [t],
  );
  const empty = <Empty icon={<IconMoodSmile />} title={t('agents.tasks_none')} />;
  return <DataTable label={t('agents.tasks_title')} columns={columns} query={query} rows={query.data?.tasks} keyOf={waitingKey} empty={empty} />;
}

export function AgentHistory({ agent }: { agent: AgentResource }) {
  const { t } = useTranslation();
  const { rows, ...query } = useAgentHistory(agent.id);
  const columns = useMemo(
    (): Column<AgentTaskEnd>[] => [
      { id: 'title', header: t('agents.task'), cell: (task) => <TaskTitle task={task} /> },
      { id: 'message', header: t('agents.task_outcome'), cell: (task) => <Outcome task={task} /> },
      timeColumn(t('agents.task_ended'), ({ ended_at }) => ended_at),
    ],
    [t],
  );
  const empty = <Empty icon={<IconHistory />} title={t('agents.history_none')} />;
  return <DataTable label={t('agents.history')} columns={columns} query={query} rows={rows} keyOf={endKey} empty={empty} />;
}

function timeColumn<Task>(header: string, timeOf: (task: Task) => string): Column<Task> {
  return {
    id: 'time',
    header,
    width: 150,
    cell: (task) => (
      <Text size="sm" c="dimmed">
        <RelativeTime iso={timeOf(task)} />
      </Text>
    ),
  };
}

/** The kinds that have a word of their own. */
const kindTexts = { 'file.fetch': 'fetch', 'file.delete': 'delete' } as const;

function kindText(t: TFunction, kind: string): string {
  if (kind.startsWith('router.')) return t('task_kinds.router');
  return kind in kindTexts ? t(`task_kinds.${kindTexts[kind as keyof typeof kindTexts]}`) : kind;
}

function TaskTitle({ task }: { task: Pick<AgentTaskEnd, 'kind' | 'title' | 'subject' | 'operation_id' | 'user_id'> }) {
  const { t } = useTranslation();
  const me = useMe();
  const { kind, title, subject, operation_id, user_id } = task;
  const ofOperation = title || operation_id;
  return (
    <Link to="/operations/$operationId" params={{ operationId: operation_id }} search={user_id === me.id ? {} : { user: user_id }} className="relevo-row-link">
      <Text size="sm" fw={500} className="relevo-row-title" lineClamp={2}>
        <Name>{subject ?? ofOperation}</Name>
      </Text>
      <Text size="xs" c="dimmed">
        {kindText(t, kind)}
        {subject !== null && subject !== ofOperation && (
          <>
            {' · '}
            <Name>{ofOperation}</Name>
          </>
        )}
      </Text>
    </Link>
  );
}

function TaskProgress({ task: { title, subject, status, progress, message } }: { task: WaitingTaskResource }) {
  return (
    <>
      <ProgressLine label={subject ?? title} value={progress} color={status === 'in_progress' ? 'relay' : 'gray'} isMoving={status === 'in_progress'} />
      <Text size="xs" c="dimmed" lineClamp={2} title={message}>
        {message}
      </Text>
    </>
  );
}

function Outcome({ task: { status, message } }: { task: AgentTaskEnd }) {
  return (
    <Text size="sm" c={status === 'error' ? 'red' : 'dimmed'} lineClamp={2} title={message}>
      {message}
    </Text>
  );
}
