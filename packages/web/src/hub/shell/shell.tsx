// The frame of every page: navigation at the side, the truth about the connection above, the page itself.
import { AppShell, Box, Burger, Group, ScrollArea, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconActivity, IconFiles, IconHome, IconServer2 } from '@tabler/icons-react';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, type RefObject, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Brand } from '../../look/brand.tsx';
import { AdminPlaces } from '../admin/admin-places.tsx';
import { UploadPanel } from '../files/upload-panel.tsx';
import { IspPlaces } from '../isp/isp-places.tsx';
import { OpenCount } from '../operations/open-count.tsx';
import { AccountMenu } from './account-menu.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { EndNotices } from './end-notices.ts';
import { LiveSign } from './live-sign.tsx';
import { PlaceLink } from './place-link.tsx';
import { ShortcutHelp } from './shortcut-help.tsx';
import { mainId, SkipLink } from './skip-link.tsx';

const places = [
  { to: '/', label: 'home', icon: IconHome },
  { to: '/files', label: 'files', icon: IconFiles },
  { to: '/agents', label: 'agents', icon: IconServer2 },
  { to: '/operations', label: 'operations', icon: IconActivity },
] as const;

/** Not needed until somebody drags something. */
const DropUpload = lazy(() => import('../files/drop-upload.tsx').then((module) => ({ default: module.DropUpload })));

export function Shell() {
  const { t } = useTranslation();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that was chosen closes the menu it was chosen from
  useEffect(close, [pathname]);
  useFocusOnArrival(pathname);
  const navigation = usePlaceInView(pathname);
  return (
    <AppShell
      layout="alt"
      header={{ height: { base: 56, sm: 0 } }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'md', sm: 'xl' }}
    >
      <SkipLink />
      <AppShell.Header hiddenFrom="sm" className="relevo-surface" px="md">
        <Group h="100%" justify="space-between">
          <Brand />
          <Burger opened={isOpen} onClick={toggle} size="sm" aria-label={t('navigation.toggle')} aria-expanded={isOpen} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className="relevo-surface" p="md">
        <Group justify="space-between" mb="lg" h={36}>
          <Brand />
          <Burger opened={isOpen} onClick={toggle} size="sm" hiddenFrom="sm" aria-label={t('navigation.toggle')} />
        </Group>
        <ScrollArea flex={1} type="auto" scrollbarSize={6} viewportRef={navigation}>
          <Stack component="nav" aria-label={t('navigation.title')} gap={4}>
            {places.map(({ to, label, icon }) => (
              <PlaceLink key={to} to={to} label={t(`navigation.${label}`)} icon={icon} right={label === 'operations' ? <OpenCount /> : undefined} />
            ))}
            <IspPlaces />
            <AdminPlaces />
          </Stack>
        </ScrollArea>
        <Group justify="space-between" wrap="nowrap">
          <LiveSign />
          <ShortcutHelp />
        </Group>
        <AccountMenu />
      </AppShell.Navbar>
      <AppShell.Main id={mainId} tabIndex={-1}>
        <Box maw={1120} mx="auto">
          <ConnectionBanner />
          <Outlet />
        </Box>
        <UploadPanel />
        <Suspense>
          <DropUpload />
        </Suspense>
        <EndNotices />
      </AppShell.Main>
    </AppShell>
  );
}

/** Where the places are more than fit, the one that the reader is at is scrolled to; nothing around the list moves. */
function usePlaceInView(pathname: string): RefObject<HTMLDivElement | null> {
  const viewport = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page has another place
  useEffect(() => {
    const place = viewport.current?.querySelector('[aria-current=page]')?.getBoundingClientRect();
    if (!viewport.current || !place) return;
    const { top, bottom } = viewport.current.getBoundingClientRect();
    viewport.current.scrollTop += Math.max(0, place.bottom - bottom) - Math.max(0, top - place.top);
  }, [pathname]);
  return viewport;
}

/** Another page has the focus from its beginning, as if the browser had loaded it: the next Tab is in it, and a screen reader reads it. */
function useFocusOnArrival(pathname: string): void {
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    document.getElementById(mainId)?.focus({ preventScroll: true });
  }, [pathname]);
}
