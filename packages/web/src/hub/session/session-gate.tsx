// Shows the sign-in page until somebody is signed in.
import { Center, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Failed } from '../../look/states.tsx';
import { MeContext, meQuery } from './session.ts';
import { SignInPage } from './sign-in-page.tsx';

export function SessionGate({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const { data: me, error, refetch } = useQuery(meQuery);
  if (me === null) return <SignInPage />;
  if (me) return <MeContext value={me}>{children}</MeContext>;
  return (
    <Center component="main" mih="100vh">
      {error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loader aria-label={t('states.loading')} />}
    </Center>
  );
}
