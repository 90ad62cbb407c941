// The size of a file as the reader writes it, with the exact count on hover.
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../language/formats.ts';

export function FileSize({ bytes }: { bytes: number }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <Text size="sm" style={{ whiteSpace: 'nowrap' }} title={t('files.exact_size', { bytes: formats.number(bytes) })}>
      {formats.bytes(bytes)}
    </Text>
  );
}
