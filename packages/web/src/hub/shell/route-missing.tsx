// An address that no page has.
import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../look/states.tsx';

export function RouteMissing() {
  const { t } = useTranslation();
  return (
    <Empty icon={<IconMapOff />} title={t('missing.title')} text={t('missing.text')}>
      <Button component={Link} to="/files" variant="default">
        {t('missing.back')}
      </Button>
    </Empty>
  );
}
