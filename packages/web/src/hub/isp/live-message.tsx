// What the newest step of an operation says, while one waits for its answer.
import { Group, Loader, Text } from '@mantine/core';
import { useOperation } from '@relevo/progress/react';
import { useTranslation } from 'react-i18next';

export function LiveMessage({ operationId }: { operationId: string }) {
  const { t } = useTranslation();
  const { steps } = useOperation(operationId);
  const newest = steps.toSorted((a, b) => a.seq - b.seq).at(-1);
  return (
    <Group gap="sm" role="status" wrap="nowrap">
      <Loader size="xs" />
      <Text size="sm" c="dimmed">
        {newest?.message || t('isp.asking')}
      </Text>
    </Group>
  );
}
