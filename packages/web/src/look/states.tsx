// What stands where content would: it is being fetched, there is none, or it could not be had.
import { Button, EmptyState, Skeleton, Stack } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from './error-text.ts';

export function LoadingRows({ rows = 4 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <Stack p="md" gap="sm" role="status" aria-label={t('states.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows without identity
        <Skeleton key={row} height={28} radius="sm" />
      ))}
    </Stack>
  );
}

export function Empty({ icon, title, text, children }: { icon: ReactNode; title: string; text?: string; children?: ReactNode }) {
  return (
    <EmptyState icon={icon} title={title} description={text} size="sm" withIndicatorBackground py="xl" px="md">
      {children && <EmptyState.Actions>{children}</EmptyState.Actions>}
    </EmptyState>
  );
}

export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  return (
    <EmptyState
      size="sm"
      icon={<IconAlertTriangle />}
      color="red"
      variant="light"
      title={t('states.failed')}
      description={textOf(error)}
      py="xl"
      px="md"
      role="alert"
    >
      {onRetry && (
        <EmptyState.Actions>
          <Button variant="default" onClick={onRetry}>
            {t('actions.try_again')}
          </Button>
        </EmptyState.Actions>
      )}
    </EmptyState>
  );
}
