// The page of one thing, found by its address: the way back to its list, and what stands there while it is fetched, when it could not be, and when
// there is none.
import type { ReactNode } from 'react';
import { ApiError } from '../../http/api-error.ts';
import { Empty, Failed, LoadingRows } from '../../look/states.tsx';
import { BackLink, type BackLinkProps } from './back-link.tsx';

interface OneThingProps<Thing> {
  back: BackLinkProps;
  query: { isPending: boolean; error: unknown; refetch: () => unknown };
  /** Undefined: not here, or not there at all. */
  thing: Thing | undefined;
  /** What is said of an address that nothing has. */
  unknown: { icon: ReactNode; title: string; text?: string };
  children: (thing: Thing) => ReactNode;
}

export function OneThing<Thing>({ back, query, thing, unknown, children }: OneThingProps<Thing>) {
  if (query.isPending) return <LoadingRows />;
  if (thing === undefined) {
    if (query.error && !isUnknown(query.error)) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
    return (
      <Empty {...unknown}>
        <BackLink {...back} />
      </Empty>
    );
  }
  return (
    <>
      <BackLink {...back} />
      {children(thing)}
    </>
  );
}

/** No such thing, or an address that could not be one's. */
function isUnknown(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.code === 'invalid_request');
}
