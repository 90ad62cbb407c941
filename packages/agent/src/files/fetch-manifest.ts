// Asks the hub for the manifest of a file, and makes sure that it is the manifest of that file.
import { type FetchFileTask, type Manifest, manifestSchema } from '@relevo/protocol';
import { HubRefusal } from '../hub-link/hub-refusal.ts';
import type { HubRequests } from '../hub-link/hub-requests.ts';
import { TaskFailure } from '../tasks/task-handler.ts';

/**
 * The manifest of `file`; `onAnswer` is called when the hub begins to send it.
 * @throws HubRefusal when the hub was not reached or said no; TaskFailure when the manifest is another file's or cannot be used
 */
export async function fetchManifest(
  hub: HubRequests,
  file: FetchFileTask['file'],
  { onAnswer, ...limits }: { maxBytes: number; stallMs: number; onAnswer: () => void },
  signal: AbortSignal,
): Promise<Manifest> {
  const path = `/api/agent/files/${encodeURIComponent(file.id)}/manifest`;
  // A hub that has not cut the file into chunks yet may take long to answer; a whole minute is given on top of a stall.
  const response = await hub.request(path, { signal, timeoutMs: limits.stallMs + 60_000 });
  onAnswer();
  const text = await readText(response, limits.maxBytes);
  const parsed = manifestSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new HubRefusal('the hub sent a manifest that is not valid');
  const manifest = parsed.data;
  if (manifest.sha256 !== file.sha256 || manifest.size !== file.size) throw new TaskFailure({ code: 'delivery.file_changed' });
  const total = manifest.chunks.reduce((sum, [length]) => sum + length, 0);
  if (total !== manifest.size) throw new HubRefusal('the hub sent a manifest whose chunks do not add up');
  return manifest;
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  if (!response.body) return '';
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of response.body) {
      bytes += part.length;
      if (bytes > maxBytes) throw new TaskFailure({ code: 'delivery.refused', values: { reason: 'the manifest is larger than MANIFEST_MAX_BYTES' } });
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof TaskFailure) throw error;
    throw new HubRefusal('the connection ended while the manifest was read');
  }
  return Buffer.concat(parts).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
