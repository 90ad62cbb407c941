// Uploads that an earlier tab or visit left unfinished: the hub has a part of them, and the file chosen again brings the rest.
import { defaultOptions, type PreviousUpload, Upload } from 'tus-js-client';

export interface UnfinishedUpload {
  /** The hub's address of it. */
  url: string;
  name: string;
  /** Bytes. */
  size: number;
  /** What the hub has, bytes. */
  sent: number;
  previous: PreviousUpload;
}

export const uploadsPath = '/api/uploads';
const tusVersion = { 'tus-resumable': '1.0.0' };

/** What the browser remembers and the hub still has, newest first. What another tab sends right now is not among them. */
export async function listUnfinished(): Promise<UnfinishedUpload[]> {
  const remembered = (await defaultOptions.urlStorage?.findAllUploads()) ?? [];
  const elsewhere = await underWayElsewhere();
  const found = await Promise.all(remembered.map((previous) => (elsewhere.has(previous.uploadUrl ?? '') ? undefined : ask(previous))));
  return found.filter((upload) => upload !== undefined).sort((a, b) => Date.parse(b.previous.creationTime) - Date.parse(a.previous.creationTime));
}

/** Undefined when the hub does not know it (any more), or has all of it. */
async function ask(previous: PreviousUpload): Promise<UnfinishedUpload | undefined> {
  const { uploadUrl: url, size, metadata } = previous;
  if (!url || size === null) return undefined;
  const answer = await fetch(url, { method: 'HEAD', headers: tusVersion }).catch(() => undefined);
  if (answer?.status === 410) await forget(previous);
  const sent = Number(answer?.headers.get('upload-offset') ?? Number.NaN);
  if (!answer?.ok || !Number.isSafeInteger(sent) || sent >= size) return undefined;
  return { url, name: metadata.filename ?? '', size, sent, previous };
}

/** Whether `file` is the one of which the hub has a part: by name, type, size and when it was changed. */
export async function isSameFile({ previous }: UnfinishedUpload, file: File): Promise<boolean> {
  const known = await new Upload(file, { endpoint: uploadsPath }).findPreviousUploads();
  return known.some(({ urlStorageKey }) => urlStorageKey === previous.urlStorageKey);
}

/** Gives it up: the hub drops what it has. @throws when the hub cannot be reached */
export async function discard({ url, previous }: UnfinishedUpload): Promise<void> {
  await Upload.terminate(url);
  await forget(previous);
}

async function forget({ urlStorageKey }: PreviousUpload): Promise<void> {
  await defaultOptions.urlStorage?.removeUpload(urlStorageKey);
}

const lockPrefix = 'relevo.upload ';

/** Tells the other tabs that this one sends the upload at `url`, until what is returned is called. Where a page is not secure there are no locks. */
export function holdUpload(url: string): () => void {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  void navigator.locks?.request(lockPrefix + url, { ifAvailable: true }, () => held);
  return release;
}

async function underWayElsewhere(): Promise<Set<string>> {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return new Set(held.flatMap(({ name }) => (name?.startsWith(lockPrefix) ? [name.slice(lockPrefix.length)] : [])));
}
