// The connections: search, narrow, make, bring in from a file, take out to one, and work on many at once.
import { Text } from '@mantine/core';
import { IconPlugConnected, IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../language/formats.ts';
import { Page } from '../../../look/page.tsx';
import { Empty } from '../../../look/states.tsx';
import { useSelection } from '../../../look/table/selection.ts';
import { useMay } from '../../session/permissions.ts';
import { IspGate } from '../isp-gate.tsx';
import { ChosenActions } from './chosen-actions.tsx';
import { ConnectionDialog } from './connection-dialog.tsx';
import { ConnectionFilters } from './connection-filters.tsx';
import { useConnections } from './connection-queries.ts';
import type { ConnectionSearch } from './connection-search.ts';
import { ConnectionTable } from './connection-table.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { ListActions } from './list-actions.tsx';

export function ConnectionsPage() {
  return (
    <IspGate>
      <Connections />
    </IspGate>
  );
}

const byCustomer = 'cliente';

function Connections() {
  const { t } = useTranslation();
  const formats = useFormats();
  const search = useSearch({ from: '/connections' });
  const navigate = useNavigate({ from: '/connections' });
  const mayRemove = useMay('isp:remove');
  const selection = useSelection();
  const [isAdding, setAdding] = useState(false);
  const [isChoosing, setChoosing] = useState(false);
  const { sort = byCustomer, import: importing, ...filters } = search;
  const list = useConnections({ ...filters, sort });

  function narrow(change: { [Name in keyof ConnectionSearch]: ConnectionSearch[Name] | undefined }) {
    selection.clear();
    void navigate({ search: (before) => without({ ...before, ...change }), replace: true });
  }

  /** Undefined: the choice of a file is over, or begins anew. */
  function watchImport(operationId: string | undefined, isChoosingAgain = false) {
    setChoosing(isChoosingAgain);
    void navigate({ search: (before) => without({ ...before, import: operationId }), replace: true });
  }

  return (
    <Page
      title={t('navigation.connections')}
      description={t('connections.about')}
      actions={<ListActions search={search} onImport={() => setChoosing(true)} onAdd={() => setAdding(true)} />}
    >
      <ConnectionFilters search={search} onChange={narrow} />
      {list.rows && list.rows.count > 0 && (
        <Text size="sm" c="dimmed" role="status" mb={-8}>
          {t('connections.found', { count: list.rows.count, shown: formats.number(list.rows.count) })}
        </Text>
      )}
      <ConnectionTable
        query={list.query}
        connections={list.rows}
        sort={sort}
        onSort={(next) => narrow({ sort: next === byCustomer ? undefined : next })}
        selection={mayRemove ? selection : undefined}
        empty={
          Object.keys(filters).length === 0 ? (
            <Empty icon={<IconPlugConnected />} title={t('connections.none')} text={t('connections.none_text')} />
          ) : (
            <Empty icon={<IconSearch />} title={t('isp.none_found')} text={t('isp.none_found_text')} />
          )
        }
      />
      <ChosenActions chosen={[...selection.keys].map(Number)} onClear={selection.clear} />
      {(isChoosing || importing !== undefined) && (
        <ImportDialog
          operationId={importing}
          onBegun={(operationId) => watchImport(operationId)}
          onAgain={() => watchImport(undefined, true)}
          onClose={() => watchImport(undefined)}
        />
      )}
      {isAdding && (
        <ConnectionDialog
          onClose={() => setAdding(false)}
          onSaved={({ id_conexion }) => void navigate({ to: '/connections/$connectionId', params: { connectionId: String(id_conexion) } })}
        />
      )}
    </Page>
  );
}

/** Filters that are undefined are none. */
function without(search: { [Name in keyof ConnectionSearch]: ConnectionSearch[Name] | undefined }): ConnectionSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}
