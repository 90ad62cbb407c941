// What can be done with the list of connections as a whole: take it out to a file, bring one in, add one.
import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots, IconFileSpreadsheet, IconFileTypeCsv, IconPlus, IconUpload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../session/permissions.ts';
import { filterOf } from './connection-queries.ts';
import type { ConnectionSearch } from './connection-search.ts';

interface ListActionsProps {
  /** What is exported: the same as is shown. */
  search: ConnectionSearch;
  onImport: () => void;
  onAdd: () => void;
}

export function ListActions({ search, onImport, onAdd }: ListActionsProps) {
  const { t } = useTranslation();
  const mayWrite = useMay('isp:write');
  return (
    <>
      {mayWrite && (
        <Button leftSection={<IconPlus size={18} />} onClick={onAdd}>
          {t('connections.add')}
        </Button>
      )}
      <Menu position="bottom-end" width={250}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t('connections.more_actions')}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayWrite && (
            <Menu.Item leftSection={<IconUpload size={16} />} onClick={onImport}>
              {t('import.title')}
            </Menu.Item>
          )}
          <Menu.Item component="a" href={exportPath(search, false)} download leftSection={<IconFileTypeCsv size={16} />}>
            {t('connections.export')}
          </Menu.Item>
          <Menu.Item component="a" href={exportPath(search, true)} download leftSection={<IconFileSpreadsheet size={16} />}>
            {t('connections.export_excel')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function exportPath(search: ConnectionSearch, forExcel: boolean): string {
  const members = Object.entries({ ...filterOf(search), ...(forExcel && { excel: 'true' }) });
  const query = new URLSearchParams(members.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
  return query.size > 0 ? `/api/conexiones/exportar?${query}` : '/api/conexiones/exportar';
}
