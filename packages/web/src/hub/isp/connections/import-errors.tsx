// What is wrong with which line of an imported file.
import { ScrollArea, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import en from '../../../language/en.json' with { type: 'json' };
import { useFormats } from '../../../language/formats.ts';
import type { ImportError } from './import-queries.ts';

interface ImportErrorsProps {
  /** The first of them, as many as the hub keeps. */
  errors: readonly ImportError[];
  total: number;
}

type ErrorName = keyof typeof en.import_errors;

export function ImportErrors({ errors, total }: ImportErrorsProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <Stack gap={4}>
      <Text component="h3" size="sm" fw={600}>
        {t('import.errors', { count: total })}
      </Text>
      <ScrollArea.Autosize mah={280} viewportProps={{ tabIndex: 0, 'aria-label': t('import.errors', { count: total }), role: 'region' }}>
        <Table verticalSpacing={4} fz="sm" stickyHeader aria-label={t('import.errors', { count: total })}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={70}>{t('import.line')}</Table.Th>
              <Table.Th w={130}>{t('import.column')}</Table.Th>
              <Table.Th>{t('import.problem')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {errors.map(({ line, code, column, detail }) => (
              <Table.Tr key={`${line} ${code} ${column}`}>
                <Table.Td>{formats.number(line)}</Table.Td>
                <Table.Td ff="monospace">{column ?? '–'}</Table.Td>
                <Table.Td>
                  {isKnown(code) ? t(`import_errors.${code}`) : code}
                  <Text size="xs" c="dimmed" className="relevo-name">
                    {detail}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
    </Stack>
  );
}

function isKnown(code: string): code is ErrorName {
  return Object.hasOwn(en.import_errors, code);
}
