// The hub's pages: language first, then who is signed in, then the route.
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from '../http/query-client.ts';
import { startLanguage } from '../language/language.ts';
import { Providers } from '../look/providers.tsx';
import { UploadsProvider } from './files/uploads-context.tsx';
import { router } from './router.tsx';
import { forgetSession } from './session/session.ts';
import { SessionGate } from './session/session-gate.tsx';
import { LiveOperations } from './shell/live-operations.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('the page has no #root');

const queryClient = createQueryClient({ onUnauthenticated: () => forgetSession(queryClient) });

await startLanguage();
createRoot(root).render(
  <Providers queryClient={queryClient}>
    <SessionGate>
      <LiveOperations>
        <UploadsProvider>
          <RouterProvider router={router} />
        </UploadsProvider>
      </LiveOperations>
    </SessionGate>
  </Providers>,
);
