// The administrators' places in the navigation.
import { IconAdjustments, IconClipboardList, IconHeartbeat, IconTicket, IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../session/session.ts';
import { PlaceGroup } from '../shell/place-group.tsx';
import { PlaceLink } from '../shell/place-link.tsx';

export function AdminPlaces() {
  const { t } = useTranslation();
  if (useMe().role !== 'admin') return null;
  return (
    <PlaceGroup name={t('navigation.administration')}>
      <PlaceLink to="/users" label={t('navigation.users')} icon={IconUsers} />
      <PlaceLink to="/enrolment-tokens" label={t('navigation.tokens')} icon={IconTicket} />
      <PlaceLink to="/audit" label={t('navigation.audit')} icon={IconClipboardList} />
      <PlaceLink to="/settings" label={t('navigation.settings')} icon={IconAdjustments} />
      <PlaceLink to="/health" label={t('navigation.health')} icon={IconHeartbeat} />
    </PlaceGroup>
  );
}
