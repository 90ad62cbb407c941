// What one step said, line by line, as it came: from the hub, which keeps it, so that it is the same for everybody however late they come.
import { Box, Skeleton, Text } from '@mantine/core';
import type { StepEvent } from '@relevo/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { useErrorText } from '../../look/error-text.ts';
import type { ShownStep } from './merged-operation.ts';
import { historyQuery } from './operation-queries.ts';

export function StepLog({ operationId, userId, step }: { operationId: string; userId: number; step: ShownStep }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const textOf = useErrorText();
  const queryClient = useQueryClient();
  const query = historyQuery(operationId, userId, step.step);
  const { data, error } = useQuery(query);
  const news = `${step.status} ${step.message}`;
  const known = useRef(news);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the step says now is the reason to ask for the rest
  useEffect(() => {
    if (known.current === news) return;
    known.current = news;
    void queryClient.invalidateQueries({ queryKey: query.queryKey });
  }, [news, queryClient]);

  if (!data) return error ? <Text size="sm">{textOf(error)}</Text> : <Skeleton height={20} mt={6} radius="sm" />;
  const lines = data.events.filter((event): event is StepEvent => 'step' in event && event.message !== '');
  if (lines.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('operations.said_nothing')}
      </Text>
    );
  }
  return (
    <Box component="ol" className="relevo-log" aria-label={t('operations.log')} tabIndex={0}>
      {lines.map(({ seq, timestamp, message, status }) => (
        <li key={seq} data-status={status}>
          <time dateTime={timestamp} title={formats.dateTime(timestamp)}>
            {formats.time(timestamp)}
          </time>
          <span dir="auto">{message}</span>
        </li>
      ))}
      {data.next_after !== null && <li>{t('operations.log_more')}</li>}
    </Box>
  );
}
