// How the members of a record were before and are after a change.
import { Box, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { usePageLanguage } from '../../language/language.ts';
import { changedMembers } from './changed-members.ts';
import { useMemberName } from './member-words.ts';

interface ChangeTableProps {
  before: unknown;
  after: unknown;
  /** What the value of a member says to people. */
  sayValue: (member: string, value: string) => string;
  /** What is said when nothing changed. */
  unchanged: string;
}

export function ChangeTable({ before, after, sayValue, unchanged }: ChangeTableProps) {
  const { t } = useTranslation();
  const nameOf = useMemberName();
  const changes = changedMembers(before, after, usePageLanguage());
  if (changes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {unchanged}
      </Text>
    );
  }
  return (
    <Box style={{ overflowX: 'auto' }}>
      <Table verticalSpacing={4} fz="sm" aria-label={t('audit.changes')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="24%">{t('audit.member')}</Table.Th>
            <Table.Th w="38%">{t('audit.before')}</Table.Th>
            <Table.Th w="38%">{t('audit.after')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map(({ member, before, after }) => (
            <Table.Tr key={member}>
              <Table.Td>{nameOf(member)}</Table.Td>
              <Table.Td>{before !== undefined && <Lines of="del" text={sayValue(member, before)} />}</Table.Td>
              <Table.Td>{after !== undefined && <Lines of="ins" text={sayValue(member, after)} />}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}

/** Each line by itself, so that where one ends is seen also where it is broken. */
function Lines({ of: Changed, text }: { of: 'del' | 'ins'; text: string }) {
  const lines = text.split('\n');
  return (
    <Stack gap={4} align="flex-start">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text that does not change
        <Changed key={index} className={Changed === 'del' ? 'relevo-before' : 'relevo-after'}>
          {line}
        </Changed>
      ))}
    </Stack>
  );
}
