// How the records and the router differ: compared on request, read-only.
import { Alert, Anchor, Box, Group, Stack, Text } from '@mantine/core';
import type { Differences, RouterResource } from '@relevo/protocol';
import { IconAlertTriangle, IconArrowsDiff, IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Name } from '../../../look/name.tsx';
import { RelativeTime } from '../../../look/relative-time.tsx';
import { Failed, LoadingRows } from '../../../look/states.tsx';
import { EntryList } from '../entry-list.tsx';
import { AskedPanel } from './asked-panel.tsx';
import { differencesQuery, type useCompare } from './router-queries.ts';

/** Shown of each list; of a router that was emptied all would be missing. */
const shownMax = 50;

interface DifferencesPanelProps {
  router: RouterResource;
  compare: ReturnType<typeof useCompare>;
  onAsk: () => void;
}

export function DifferencesPanel({ router, compare, onAsk }: DifferencesPanelProps) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(differencesQuery(router.id_router));
  const about = (
    <>
      {t('routers.compare_about')}
      {data?.comparado_at && (
        <>
          {' '}
          {t('routers.compared')} <RelativeTime iso={data.comparado_at} />.
        </>
      )}
    </>
  );
  return (
    <AskedPanel label={t('routers.compare')} about={about} icon={<IconArrowsDiff size={16} />} kind="compare-router" asking={compare} onAsk={onAsk}>
      {isPending && <LoadingRows rows={2} />}
      {!data && error && <Failed error={error} onRetry={() => void refetch()} />}
      {data && <Found differences={compare.error || data.error === router.error ? { ...data, error: null } : data} />}
    </AskedPanel>
  );
}

function Found({ differences: { comparado_at, error, faltan, sobran } }: { differences: Differences }) {
  const { t } = useTranslation();
  return (
    <>
      {error && (
        <Alert color="yellow" icon={<IconAlertTriangle />}>
          {t('routers.compare_failed', { reason: error })}
        </Alert>
      )}
      {comparado_at && faltan.length + sobran.length === 0 && (
        <Group gap="xs">
          <IconCheck size={16} color="var(--mantine-color-teal-6)" aria-hidden />
          <Text size="sm">{t('routers.no_differences')}</Text>
        </Group>
      )}
      {faltan.length > 0 && (
        <Box>
          <Text component="h3" size="sm" fw={600} mb={4}>
            {t('routers.missing', { count: faltan.length })}
          </Text>
          <Stack component="ul" gap={2} m={0} p={0} className="relevo-list">
            {faltan.slice(0, shownMax).map(({ id_conexion, direccion_ip, cliente }) => (
              <li key={id_conexion}>
                <Anchor size="sm" renderRoot={(props) => <Link to="/connections/$connectionId" params={{ connectionId: String(id_conexion) }} {...props} />}>
                  {direccion_ip} · <Name>{cliente}</Name>
                </Anchor>
              </li>
            ))}
          </Stack>
          <Rest count={faltan.length - shownMax} />
        </Box>
      )}
      {sobran.length > 0 && (
        <Box>
          <Text component="h3" size="sm" fw={600} mb={4}>
            {t('routers.unexpected', { count: sobran.length })}
          </Text>
          <EntryList entries={sobran.slice(0, shownMax)} />
          <Rest count={sobran.length - shownMax} />
        </Box>
      )}
    </>
  );
}

function Rest({ count }: { count: number }) {
  const { t } = useTranslation();
  return count > 0 ? (
    <Text size="sm" c="dimmed">
      {t('isp.and_more', { count })}
    </Text>
  ) : null;
}
