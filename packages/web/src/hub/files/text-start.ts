// The beginning of a text on the hub.
import type { FileResource } from '@relevo/protocol';
import { queryOptions } from '@tanstack/react-query';
import { apiErrorOf } from '../../http/api-error.ts';
import { contentPath } from './file-queries.ts';
import { textPreviewMaxBytes } from './preview-kind.ts';

export function textStartQuery(file: FileResource) {
  return queryOptions({
    queryKey: ['file', file.id, 'text'],
    queryFn: async ({ signal }) => {
      const response = await fetch(contentPath(file), { headers: { range: `bytes=0-${textPreviewMaxBytes - 1}` }, signal });
      if (!response.ok) throw apiErrorOf(response.status, await response.text(), response.headers.get('retry-after'));
      // A character cut in two at the end is left out.
      return new TextDecoder().decode(await response.arrayBuffer(), { stream: true });
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}
