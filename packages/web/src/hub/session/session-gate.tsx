// Shows the sign-in page until somebody is signed in.
import { Center } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Failed } from '../../look/states.tsx';
import { forgetSignOut, hasSignedOut, MeContext, meQuery } from './session.ts';
import { SignInPage } from './sign-in-page.tsx';

/** `onShown` runs once something is to be seen: the moment to load what lies behind. */
export function SessionGate({ onShown, children }: { onShown: () => void; children: ReactNode }) {
  const { data: me, error, refetch } = useQuery(meQuery);
  const queryClient = useQueryClient();
  const isKnown = me !== undefined;
  const wasIn = useRef(false);
  useEffect(() => {
    if (!me) return;
    wasIn.current = true;
    forgetSignOut(queryClient);
  }, [me, queryClient]);
  useEffect(() => {
    if (isKnown) onShown();
  }, [isKnown, onShown]);
  if (me === null) return <SignInPage hasEnded={wasIn.current && !hasSignedOut(queryClient)} />;
  if (me) {
    return (
      <Suspense fallback={<Waiting />}>
        <MeContext value={me}>{children}</MeContext>
      </Suspense>
    );
  }
  if (!error) return <Waiting />;
  return (
    <Center component="main" mih="100vh">
      <Failed error={error} onRetry={() => void refetch()} />
    </Center>
  );
}

/** As the page was before its scripts came, so that nothing flickers. */
function Waiting() {
  const { t } = useTranslation();
  return (
    <main className="relevo-first" aria-label={t('states.loading')} aria-busy>
      Relevo
    </main>
  );
}
