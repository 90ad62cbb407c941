// The agent's events, poured into what the page already asked for; and whether the agent itself is there.
import type { HeldFile } from '@relevo/protocol';
import type { QueryClient } from '@tanstack/react-query';
import { type Connection, heldFilesQuery, type Status, statusQuery, type Transfer, transfersQuery } from './local-queries.ts';

/** A stream that the server refused is not opened again by the browser: this is how long we wait before we do. */
const reopenMs = 3000;

export type StreamState = 'opening' | 'open' | 'away';

/** Follows the agent until the answer is called. `onState` hears whether the agent answers. */
export function followLocalEvents(queryClient: QueryClient, onState: (state: StreamState) => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function open() {
    source = new EventSource('/api/events');
    source.addEventListener('open', () => onState('open'));
    source.addEventListener('error', () => {
      onState('away');
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, reopenMs);
    });
    source.addEventListener('connection', ({ data }) => setConnection(queryClient, JSON.parse(data) as Connection));
    source.addEventListener('transfers', ({ data }) => {
      void queryClient.cancelQueries({ queryKey: transfersQuery.queryKey });
      queryClient.setQueryData(transfersQuery.queryKey, (JSON.parse(data) as { transfers: Transfer[] }).transfers);
    });
    source.addEventListener('files', ({ data }) => {
      const { files, total } = JSON.parse(data) as { files: HeldFile[]; total: number };
      // An answer that was asked for before this event is older than it, and must not come after it.
      void queryClient.cancelQueries({ queryKey: heldFilesQuery.queryKey });
      if (files.length === total) queryClient.setQueryData(heldFilesQuery.queryKey, files);
      else void queryClient.invalidateQueries({ queryKey: heldFilesQuery.queryKey });
    });
  }

  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

function setConnection(queryClient: QueryClient, connection: Connection): void {
  const before = queryClient.getQueryData(statusQuery.queryKey);
  if (before) queryClient.setQueryData(statusQuery.queryKey, { ...before, connection } satisfies Status);
  else void queryClient.invalidateQueries({ queryKey: statusQuery.queryKey });
  // Its name and id may be news after an enrolment, and its hub's files are worth another question.
  if (connection.state === 'connected' && before?.connection.state !== 'connected') {
    void queryClient.invalidateQueries({ queryKey: statusQuery.queryKey });
    void queryClient.invalidateQueries({ queryKey: ['hub-files'] });
  }
}
