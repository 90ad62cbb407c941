// The ISP's places in the navigation, for those who may read its records.
import { IconGauge, IconPlugConnected, IconRouter, IconUserCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../session/permissions.ts';
import { PlaceGroup } from '../shell/place-group.tsx';
import { PlaceLink } from '../shell/place-link.tsx';

export function IspPlaces() {
  const { t } = useTranslation();
  if (!useMay('isp:read')) return null;
  return (
    <PlaceGroup name={t('navigation.isp')}>
      <PlaceLink to="/connections" label={t('navigation.connections')} icon={IconPlugConnected} />
      <PlaceLink to="/customers" label={t('navigation.customers')} icon={IconUserCircle} />
      <PlaceLink to="/services" label={t('navigation.services')} icon={IconGauge} />
      <PlaceLink to="/routers" label={t('navigation.routers')} icon={IconRouter} />
    </PlaceGroup>
  );
}
