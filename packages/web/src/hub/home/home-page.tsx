// The first page: what needs attention, what is open, and how things went over time; all of it live.
import { Anchor, Box, Group, Title } from '@mantine/core';
import { IconActivity } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../../look/page.tsx';
import { Empty, Failed, LoadingRows } from '../../look/states.tsx';
import { Surface } from '../../look/surface.tsx';
import { FollowEverybody } from '../operations/live-operation.tsx';
import { OperationList } from '../operations/operation-list.tsx';
import { useOperationNews } from '../operations/operation-news.ts';
import { openOperationsQuery } from '../operations/operation-queries.ts';
import { useMe } from '../session/session.ts';
import { ActivityCharts } from './activity-charts.tsx';
import { attentionQuery } from './activity-queries.ts';
import { AttentionList } from './attention-list.tsx';

/** Open operations shown here; the rest are on their own page. */
const openMax = 8;
const newsOf = [['operations', 'open'], ['attention'], ['activity']] as const;

export function HomePage() {
  const { t } = useTranslation();
  const me = useMe();
  useOperationNews(newsOf);
  return (
    <Page title={t('navigation.home')} description={t('home.about')}>
      <Box component="section" aria-labelledby="home-attention">
        <Title order={2} fz="lg" mb="sm" id="home-attention">
          {t('home.attention')}
        </Title>
        <Needs />
      </Box>
      <Box component="section" aria-labelledby="home-open">
        <OpenOperations />
      </Box>
      <ActivityCharts isAdmin={me.role === 'admin'} />
    </Page>
  );
}

function Needs() {
  const { data, error, refetch } = useQuery(attentionQuery);
  if (data) return <AttentionList attention={data} />;
  return <Surface>{error ? <Failed error={error} onRetry={() => void refetch()} /> : <LoadingRows rows={1} />}</Surface>;
}

function OpenOperations() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(openOperationsQuery(openMax));

  function content() {
    if (!data) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <LoadingRows rows={2} />;
    if (data.operations.length === 0) return <Empty icon={<IconActivity />} title={t('home.none_open')} text={t('operations.none_text')} />;
    return <OperationList operations={data.operations} />;
  }

  return (
    <>
      <Group justify="space-between" mb="sm">
        <Title order={2} fz="lg" id="home-open">
          {t('home.open')}
        </Title>
        <Anchor component={Link} to="/operations" size="sm">
          {data?.hasMore ? t('home.open_all') : t('home.all_operations')}
        </Anchor>
      </Group>
      <FollowEverybody>
        <Surface style={{ overflow: 'hidden' }}>{content()}</Surface>
      </FollowEverybody>
    </>
  );
}
