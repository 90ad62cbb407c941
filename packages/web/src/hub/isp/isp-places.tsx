// The ISP's places in the navigation, for those who may read its records.
import { Text } from '@mantine/core';
import { IconGauge, IconPlugConnected, IconRouter, IconUserCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../session/permissions.ts';
import { PlaceLink } from '../shell/place-link.tsx';

export function IspPlaces() {
  const { t } = useTranslation();
  if (!useMay('isp:read')) return null;
  return (
    <>
      <Text size="xs" c="dimmed" fw={600} px="sm" pt="md" pb={2}>
        {t('navigation.isp')}
      </Text>
      <PlaceLink to="/connections" label={t('navigation.connections')} icon={IconPlugConnected} />
      <PlaceLink to="/customers" label={t('navigation.customers')} icon={IconUserCircle} />
      <PlaceLink to="/services" label={t('navigation.services')} icon={IconGauge} />
      <PlaceLink to="/routers" label={t('navigation.routers')} icon={IconRouter} />
    </>
  );
}
