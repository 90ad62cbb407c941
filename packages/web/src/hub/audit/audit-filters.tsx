// Narrows the audit log: who, what, on what, when.
import { ActionIcon, Group, Select, TextInput } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { usersQuery } from '../users/user-queries.ts';
import { auditActions, auditSubjects, useActionText, useSubjectText } from './audit-actions.ts';
import type { AuditSearch } from './audit-search.ts';

interface AuditFiltersProps {
  search: AuditSearch;
  onChange: (search: AuditSearch) => void;
  /** Actions and kinds that the shown entries have, beside those that are known. */
  seenActions: readonly string[];
  seenKinds: readonly string[];
}

export function AuditFilters({ search, onChange, seenActions, seenKinds }: AuditFiltersProps) {
  const { t } = useTranslation();
  const actionText = useActionText();
  const subjectText = useSubjectText();
  const users = useAllUsers();
  const actions = unique([...auditActions, ...seenActions, ...(search.action ? [search.action] : [])]);
  const kinds = unique([...auditSubjects, ...seenKinds, ...(search.kind ? [search.kind] : [])]);

  /** An empty value takes the filter away. */
  function set<Name extends keyof AuditSearch>(name: Name, value: AuditSearch[Name] | '' | null | undefined) {
    const { [name]: _, ...rest } = search;
    onChange(value === '' || value === null || value === undefined ? rest : { ...rest, [name]: value });
  }

  return (
    <Group gap="sm" align="flex-end">
      <Select
        label={t('audit.who')}
        placeholder={t('audit.anybody')}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': t('audit.clear') }}
        w={{ base: '100%', xs: 180 }}
        data={users.map(({ id, email }) => ({ value: String(id), label: email }))}
        value={search.user === undefined ? null : String(search.user)}
        onChange={(value) => set('user', value ? Number(value) : undefined)}
      />
      <Select
        label={t('audit.what')}
        placeholder={t('audit.anything')}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': t('audit.clear') }}
        w={{ base: '100%', xs: 270 }}
        data={actions.map((value) => ({ value, label: actionText(value) }))}
        value={search.action ?? null}
        onChange={(value) => set('action', value)}
      />
      <Select
        label={t('audit.subject')}
        placeholder={t('audit.anything')}
        clearable
        clearButtonProps={{ 'aria-label': t('audit.clear') }}
        w={{ base: 'calc(100% - 152px)', xs: 150 }}
        data={kinds.map((value) => ({ value, label: subjectText(value) }))}
        value={search.kind ?? null}
        onChange={(value) => set('kind', value)}
      />
      <TextInput
        label={t('audit.subject_id')}
        w={140}
        maxLength={128}
        value={search.subject ?? ''}
        onChange={(event) => set('subject', event.currentTarget.value.trim())}
      />
      <Group gap="sm" align="flex-end" wrap="nowrap" w={{ base: '100%', xs: 'auto' }}>
        <TextInput
          type="date"
          label={t('audit.from')}
          w={{ base: '50%', xs: 140 }}
          miw={0}
          max={search.to}
          value={search.from ?? ''}
          onChange={(event) => set('from', event.currentTarget.value)}
        />
        <TextInput
          type="date"
          label={t('audit.to')}
          w={{ base: '50%', xs: 140 }}
          miw={0}
          min={search.from}
          value={search.to ?? ''}
          onChange={(event) => set('to', event.currentTarget.value)}
        />
        {Object.keys(search).length > 0 && (
          <ActionIcon variant="subtle" size={36} onClick={() => onChange({})} aria-label={t('audit.all')} title={t('audit.all')}>
            <IconFilterOff size={18} />
          </ActionIcon>
        )}
      </Group>
    </Group>
  );
}

/** Everybody who has an account: the list to choose from is loaded to its end. */
function useAllUsers() {
  const { data, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery(usersQuery);
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return data?.pages.flatMap((page) => page.users) ?? [];
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].filter((value) => value !== '').sort();
}
