// The user's open operations, and the newest whatever their state, as the hub lists them.
import type { OperationState, OperationSummary } from '@relevo/protocol';

/** Operations in one answer, and answers for one state: together what a watcher remembers by default. */
const pageSize = 200;
const pagesMax = 5;
/** How far back those that ended quickly are looked for. */
const newestMax = 50;

export type OperationListing = { open: OperationSummary[]; newest: OperationSummary[] } | { status: number };

/** `api`: where operations are followed, as `https://hub.example/api`; `status`: of an answer that is no success. @throws whatever `fetch` throws when nobody answers */
export async function listOpenOperations(api: string, userId: number, fetchIt: typeof fetch, signal: AbortSignal): Promise<OperationListing> {
  async function page(query: Record<string, string>): Promise<{ operations: OperationSummary[]; next_cursor: string | null }> {
    const url = new URL(`${api}/operations`);
    url.searchParams.set('user_id', String(userId));
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const response = await fetchIt(url, { credentials: 'include', headers: { accept: 'application/json' }, signal });
    if (!response.ok) {
      await response.body?.cancel();
      throw new RefusedListing(response.status);
    }
    return response.json();
  }

  async function all(state: OperationState): Promise<OperationSummary[]> {
    const operations: OperationSummary[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < pagesMax; pages++) {
      const answer = await page({ state, limit: String(pageSize), ...(cursor !== null && { cursor }) });
      operations.push(...answer.operations);
      cursor = answer.next_cursor;
      if (cursor === null) break;
    }
    return operations;
  }

  try {
    // The newest are asked for last: what moved on between the questions is among them.
    const open = [...(await all('pending')), ...(await all('in_progress'))];
    const newest = (await page({ limit: String(newestMax) })).operations;
    // A hub that does not know `user_id` tells an administrator everybody's.
    const ours = ({ user_id }: OperationSummary) => user_id === userId;
    return { open: open.filter(ours).toReversed(), newest: newest.filter(ours).toReversed() };
  } catch (error) {
    if (error instanceof RefusedListing) return { status: error.status };
    throw error;
  }
}

class RefusedListing extends Error {
  override name = 'RefusedListing';
  readonly status: number;

  constructor(status: number) {
    super(`the hub answered ${status}`);
    this.status = status;
  }
}
