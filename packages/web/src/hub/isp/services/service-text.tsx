// The speed and the price of a service, in the reader's locale.
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../language/formats.ts';

const kbpsPerMbps = 1000;

/** `kbps` in megabits per second; null: not limited. */
export function Speed({ kbps }: { kbps: number | null }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <Text size="sm" span>
      {kbps === null ? t('services.unlimited') : `${formats.number(kbps / kbpsPerMbps)} Mb/s`}
    </Text>
  );
}

/** A month, in the currency of the ISP, which the records do not name. */
export function Price({ value }: { value: number }) {
  const formats = useFormats();
  return (
    <Text size="sm" span>
      {formats.amount(value)}
    </Text>
  );
}
