// Bytes, rate and time left of something that moves, in columns that keep their place.
import { Group, Text } from '@mantine/core';
import type { TransferBound } from '@relevo/protocol';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../language/formats.ts';

export interface MeasuresProps {
  bytes?: number | undefined;
  totalBytes?: number | undefined;
  /** Bytes per second. */
  rate?: number | undefined;
  /** Milliseconds left. */
  etaMs?: number | undefined;
  /** What keeps it from being faster. */
  boundBy?: TransferBound | undefined;
}

export function Measures({ bytes, totalBytes, rate, etaMs, boundBy }: MeasuresProps) {
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
      {boundBy !== undefined && (
        <Text inherit span>
          {t(`measures.bound_${boundBy}`)}
        </Text>
      )}
    </Group>
  );
}
