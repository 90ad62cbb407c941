// Everything that ended on this agent, newest first, asked for when somebody wants to see it.
import { Stack } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { MoreButton } from '../look/more-button.tsx';
import { Empty, Failed, LoadingRows } from '../look/states.tsx';
import { Surface } from '../look/surface.tsx';
import { historyQuery } from './local-queries.ts';
import { TaskRow } from './task-row.tsx';

export function History() {
  const { t } = useTranslation();
  const query = useInfiniteQuery(historyQuery);
  const { data, error, refetch } = query;
  if (!data) return <Surface>{error ? <Failed error={error} onRetry={() => void refetch()} /> : <LoadingRows rows={3} />}</Surface>;
  const tasks = data.pages.flatMap((page) => page.tasks);
  if (tasks.length === 0) {
    return (
      <Surface>
        <Empty icon={<IconHistory />} title={t('agent.history_none')} />
      </Surface>
    );
  }
  return (
    <Stack gap="sm">
      <Surface style={{ overflow: 'hidden' }}>
        <Stack component="ul" gap={0} m={0} p={0} className="relevo-rows">
          {tasks.map((task) => (
            <TaskRow key={task.task_id} task={task} />
          ))}
        </Stack>
      </Surface>
      <MoreButton query={query} />
    </Stack>
  );
}
