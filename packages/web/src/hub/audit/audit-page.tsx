// The audit log, for administrators: newest first, narrowed by the filters of the address.
import { Stack } from '@mantine/core';
import { IconClipboardList } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { MoreButton } from '../../look/more-button.tsx';
import { Page } from '../../look/page.tsx';
import { Empty, Failed, LoadingRows } from '../../look/states.tsx';
import { Surface } from '../../look/surface.tsx';
import { NotAllowed } from '../session/not-allowed.tsx';
import { useMe } from '../session/session.ts';
import { AuditEntryRow } from './audit-entry-row.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { auditQuery } from './audit-queries.ts';

export function AuditPage() {
  return useMe().role === 'admin' ? <AuditLog /> : <NotAllowed />;
}

function AuditLog() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const query = useInfiniteQuery(auditQuery(search));
  const { data, error, isPending, refetch } = query;
  const entries = data?.pages.flatMap((page) => page.entries) ?? [];
  const isNarrowed = Object.keys(search).length > 0;

  function content() {
    if (isPending) return <LoadingRows />;
    if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />;
    if (entries.length === 0) {
      return <Empty icon={<IconClipboardList />} title={isNarrowed ? t('audit.none_found') : t('audit.none')} text={t('audit.none_text')} />;
    }
    return (
      <Stack component="ul" gap={0} m={0} p={0} className="relevo-rows" aria-label={t('navigation.audit')}>
        {entries.map((entry) => (
          <AuditEntryRow key={entry.id} entry={entry} />
        ))}
      </Stack>
    );
  }

  return (
    <Page title={t('navigation.audit')} description={t('audit.about')}>
      <AuditFilters
        search={search}
        onChange={(next) => void navigate({ search: next, replace: true })}
        seenActions={entries.map(({ action }) => action)}
        seenKinds={entries.map(({ subject_kind }) => subject_kind)}
      />
      <Surface style={{ overflow: 'hidden' }}>{content()}</Surface>
      <MoreButton query={query} />
    </Page>
  );
}
