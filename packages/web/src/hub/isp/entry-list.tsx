// Entries of a router, as people see them: what kind, and which.
import { Badge, Group, Stack, Text } from '@mantine/core';
import { entryLabel, type ShownEntry } from '@relevo/protocol';
import { usePageLanguage } from '../../language/language.ts';

export function EntryList({ entries }: { entries: readonly ShownEntry[] }) {
  const language = usePageLanguage();
  return (
    <Stack component="ul" gap={4} m={0} p={0} className="relevo-list">
      {entries.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: entries of a router have no identity that lasts
        <Group component="li" key={index} gap="0 8px">
          <Badge size="sm" color="gray" tt="none" ff="monospace" style={{ flex: 'none' }}>
            {entry.kind}
          </Badge>
          <Text size="sm" className="relevo-name">
            {entryLabel(entry, language)}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
