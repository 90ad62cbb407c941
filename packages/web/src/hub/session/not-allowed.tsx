// What stands where a page would, for somebody who may not see it.
import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../look/states.tsx';

export function NotAllowed() {
  const { t } = useTranslation();
  return <Empty icon={<IconLock />} title={t('not_allowed.title')} text={t('not_allowed.text')} />;
}
