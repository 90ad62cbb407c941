// The hub's settings, read-only: value, default, and where the value came from.
import { Badge, Code, Group, SegmentedControl, Text } from '@mantine/core';
import type { SettingResource } from '@relevo/protocol';
import { IconAdjustments } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Formats, useFormats } from '../../language/formats.ts';
import { DataTable } from '../../look/data-table.tsx';
import { Page } from '../../look/page.tsx';
import { SearchInput } from '../../look/search-input.tsx';
import { Empty } from '../../look/states.tsx';
import type { Column } from '../../look/table/columns.ts';
import { NotAllowed } from '../session/not-allowed.tsx';
import { useMe } from '../session/session.ts';
import { settingsQuery } from './admin-queries.ts';

const keyOf = ({ name }: SettingResource) => name;
const sourceKeys = { environment: 'settings.source_environment', '.env': 'settings.source_file', default: 'settings.source_default' } as const;

export function SettingsPage() {
  return useMe().role === 'admin' ? <Settings /> : <NotAllowed />;
}

function Settings() {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const query = useQuery(settingsQuery(i18n.language));
  const [search, setSearch] = useState('');
  const [shown, setShown] = useState<'all' | 'set'>('all');
  const columns = useMemo(
    (): Column<SettingResource>[] => [
      { id: 'name', header: t('settings.setting'), width: '1.4fr', cell: (setting) => <SettingName setting={setting} /> },
      { id: 'value', header: t('settings.value'), cell: (setting) => <Value setting={setting} formats={formats} /> },
      {
        id: 'source',
        header: t('settings.source'),
        width: 140,
        cell: ({ source }) => (
          <Badge color={source === 'default' ? 'gray' : 'relay'} tt="none">
            {t(sourceKeys[source])}
          </Badge>
        ),
      },
    ],
    [t, formats],
  );
  const wanted = search.toLowerCase();
  const rows = query.data?.filter(
    ({ name, about, source }) => (shown === 'all' || source !== 'default') && (name.toLowerCase().includes(wanted) || about.toLowerCase().includes(wanted)),
  );
  return (
    <Page title={t('navigation.settings')} description={t('settings.about')}>
      <Group gap="sm">
        <SearchInput label={t('settings.search')} onSearch={setSearch} />
        <SegmentedControl
          aria-label={t('settings.shown')}
          value={shown}
          onChange={setShown}
          data={[
            { value: 'all', label: t('settings.all') },
            { value: 'set', label: t('settings.set') },
          ]}
        />
      </Group>
      <DataTable
        label={t('navigation.settings')}
        columns={columns}
        query={query}
        rows={rows}
        keyOf={keyOf}
        empty={<Empty icon={<IconAdjustments />} title={t('settings.none_found')} />}
      />
    </Page>
  );
}

function SettingName({ setting: { name, about, allowed } }: { setting: SettingResource }) {
  return (
    <div title={allowed}>
      <Text size="sm" fw={500} ff="monospace" style={{ overflowWrap: 'anywhere' }}>
        {name}
      </Text>
      <Text size="xs" c="dimmed">
        {about}
      </Text>
    </div>
  );
}

function Value({ setting: { name, value, default: fallback, source }, formats }: { setting: SettingResource; formats: Formats }) {
  const { t } = useTranslation();
  const readable = value !== null && readableOf(name, value, formats);
  return (
    <div>
      {value === null ? (
        <Text size="sm" c="dimmed">
          {t('settings.absent')}
        </Text>
      ) : (
        <Code style={{ overflowWrap: 'anywhere' }}>{value === '' ? t('settings.empty') : value}</Code>
      )}
      {readable && (
        <Text size="xs" c="dimmed">
          {readable}
        </Text>
      )}
      {source !== 'default' && fallback !== value && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {t('settings.default', { value: fallback ?? t('settings.absent') })}
        </Text>
      )}
    </div>
  );
}

/** Bytes and milliseconds as people read them; the unit is the last part of the name. */
function readableOf(name: string, value: string, formats: Formats): string | undefined {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1000) return undefined;
  if (name.endsWith('_BYTES')) return formats.bytes(number);
  if (name.endsWith('_MS') || name === 'OPERATION_HISTORY') return formats.duration(number);
  return undefined;
}
