// What is on its way to this agent, and what arrived or failed last.
import { Stack } from '@mantine/core';
import { IconArrowsDownUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Empty, Failed, LoadingRows } from '../look/states.tsx';
import { Surface } from '../look/surface.tsx';
import { transfersQuery } from './local-queries.ts';
import { isOpen, TaskRow } from './task-row.tsx';

/** Ended transfers that are worth the room; the history has them all. */
const endedMax = 5;

export function Transfers() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(transfersQuery);
  if (!data) return <Surface>{error ? <Failed error={error} onRetry={() => void refetch()} /> : <LoadingRows rows={2} />}</Surface>;
  const shown = [...data.filter(isOpen), ...data.filter((task) => !isOpen(task)).slice(0, endedMax)];
  return (
    <Surface style={{ overflow: 'hidden' }}>
      {shown.length === 0 ? (
        <Empty icon={<IconArrowsDownUp />} title={t('agent.transfers_none')} />
      ) : (
        <Stack component="ul" gap={0} m={0} p={0} className="relevo-rows">
          {shown.map((task) => (
            <TaskRow key={task.task_id} task={task} />
          ))}
        </Stack>
      )}
    </Surface>
  );
}
