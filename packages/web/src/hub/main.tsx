// The hub's pages: language first, then who is signed in; what lies behind the sign-in is loaded meanwhile.
import { lazy } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from '../http/query-client.ts';
import { startLanguage } from '../language/language.ts';
import { Providers } from '../look/providers.tsx';
import { forgetSession } from './session/session.ts';
import { SessionGate } from './session/session-gate.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('the page has no #root');

const queryClient = createQueryClient({ onUnauthenticated: () => forgetSession(queryClient) });
const loadSignedIn = () => import('./signed-in.tsx').then(({ SignedIn }) => ({ default: SignedIn }));
const SignedIn = lazy(loadSignedIn);

await startLanguage();
createRoot(root).render(
  <Providers queryClient={queryClient}>
    <SessionGate onShown={() => void loadSignedIn()}>
      <SignedIn />
    </SessionGate>
  </Providers>,
);
