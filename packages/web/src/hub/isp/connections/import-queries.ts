// What the import of a CSV file asks of the hub.

import { queryOptions, useMutation } from '@tanstack/react-query';
import i18next from 'i18next';
import { ApiError, apiErrorOf } from '../../../http/api-error.ts';
import { request } from '../../../http/request.ts';

export interface ImportError {
  /** The first of the file is 1. */
  line: number;
  code: string;
  column: string | null;
  detail: string;
}

interface ImportOutcome {
  lines: number;
  imported: number;
  errors_total: number;
  errors: ImportError[];
  ended: boolean;
}

interface ImportRequest {
  file: File;
  /** Import the good lines although there are bad ones. */
  isPartial: boolean;
  operationId: string;
}

/** Hands the file over; what becomes of it is watched as an operation. */
export function useImport() {
  return useMutation({
    async mutationFn({ file, isPartial, operationId }: ImportRequest) {
      const query = new URLSearchParams({ nombre: file.name.slice(0, 255), ...(isPartial && { parcial: 'true' }) });
      const headers = { 'content-type': 'text/csv', 'accept-language': i18next.language, 'x-operation-id': operationId };
      const response = await fetch(`/api/conexiones/importar?${query}`, { method: 'POST', headers, body: file }).catch(() => {
        throw new ApiError('unreachable', 0);
      });
      if (!response.ok) throw apiErrorOf(response.status, await response.text(), response.headers.get('retry-after'));
    },
  });
}

export function importQuery(operationId: string) {
  return queryOptions({
    queryKey: ['isp', 'imports', operationId],
    queryFn: ({ signal }) => request<ImportOutcome>('GET', `/api/conexiones/importar/${encodeURIComponent(operationId)}`, { signal }),
  });
}
