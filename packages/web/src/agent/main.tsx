// The agent's own page.
import { createRoot } from 'react-dom/client';
import { createQueryClient } from '../http/query-client.ts';
import { startLanguage } from '../language/language.ts';
import { Providers } from '../look/providers.tsx';
import { LocalPage } from './local-page.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('the page has no #root');

await startLanguage();
createRoot(root).render(
  <Providers queryClient={createQueryClient()}>
    <LocalPage />
  </Providers>,
);
