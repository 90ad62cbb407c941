// An address that no page has.
import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../../look/page.tsx';
import { Empty } from '../../look/states.tsx';
import { Surface } from '../../look/surface.tsx';

export function RouteMissing() {
  const { t } = useTranslation();
  return (
    <Page title={t('missing.title')}>
      <Surface>
        <Empty icon={<IconMapOff />} title={t('missing.text')}>
          <Button component={Link} to="/" variant="default">
            {t('missing.back')}
          </Button>
        </Empty>
      </Surface>
    </Page>
  );
}
