// How pages ask and ask again: refusals are final, an absent server is tried again, the end of a session is told once, and another language asks for
// everything anew.
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { ApiError } from './api-error.ts';

const retriesMax = 2;

export function createQueryClient({ onUnauthenticated }: { onUnauthenticated?: () => void } = {}): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof ApiError && error.code === 'unauthenticated') onUnauthenticated?.();
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 1000,
        // Whether the server can be reached is seen by asking it; the browser's own opinion is wrong for servers on this machine or network.
        networkMode: 'always',
        retry: (failures, error) => failures < retriesMax && error instanceof ApiError && (error.status === 0 || error.status >= 500),
      },
      mutations: { networkMode: 'always' },
    },
  });
  // Some of what the server answers is sentences in the reader's language.
  i18next.on('languageChanged', () => void client.invalidateQueries());
  return client;
}
