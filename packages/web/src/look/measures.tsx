// Bytes, rate and time left of something that moves, in columns that keep their place.
import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../language/formats.ts';

export interface MeasuresProps {
  bytes?: number | undefined;
  totalBytes?: number | undefined;
  /** Bytes per second. */
  rate?: number | undefined;
  /** Milliseconds left. */
  etaMs?: number | undefined;
}

export function Measures({ bytes, totalBytes, rate, etaMs }: MeasuresProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  if (bytes === undefined && rate === undefined && etaMs === undefined) return null;
  return (
    <Group gap="lg" c="dimmed" fz="sm" mih={22}>
      {bytes !== undefined && (
        <Text inherit span>
          {totalBytes === undefined ? formats.bytes(bytes) : t('measures.bytes_of', { bytes: formats.bytes(bytes), total: formats.bytes(totalBytes) })}
        </Text>
      )}
      {rate !== undefined && (
        <Text inherit span>
          {formats.rate(rate)}
        </Text>
      )}
      {etaMs !== undefined && (
        <Text inherit span>
          {t('measures.left', { time: formats.duration(etaMs) })}
        </Text>
      )}
    </Group>
  );
}
