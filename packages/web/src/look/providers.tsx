// Everything both interfaces stand in: theme, questions to the server, dialogs and notices.
import '@mantine/core/styles.css';
import '@mantine/dropzone/styles.css';
import '@mantine/notifications/styles.css';
import './relevo.css';
import './data-table.css';
import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { setNonce } from 'get-nonce';
import type { ReactNode } from 'react';
import { FaultBoundary } from './fault-boundary.tsx';
import { theme } from './theme.ts';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// The scroll lock under dialogs writes a style element of its own.
setNonce(nonce);

export function Providers({ queryClient, children }: { queryClient: QueryClient; children: ReactNode }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce} deduplicateInlineStyles={false}>
      <QueryClientProvider client={queryClient}>
        <Notifications position="top-center" limit={4} />
        <FaultBoundary>
          <ModalsProvider>{children}</ModalsProvider>
        </FaultBoundary>
      </QueryClientProvider>
    </MantineProvider>
  );
}
