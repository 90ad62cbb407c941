// The uploads of this tab, for every page of it, and those that an earlier visit left unfinished.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { listUnfinished, type UnfinishedUpload } from './unfinished-uploads.ts';
import { Uploads, type UploadView } from './uploads.ts';

const UploadsContext = createContext<Uploads | null>(null);

export function UploadsProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const [uploads] = useState(() => new Uploads(() => void queryClient.invalidateQueries({ queryKey: ['files'] })));
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (uploads.getSnapshot().some(({ state }) => state === 'waiting' || state === 'sending')) event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => {
      removeEventListener('beforeunload', warn);
      uploads.close();
    };
  }, [uploads]);
  return <UploadsContext value={uploads}>{children}</UploadsContext>;
}

export function useUploads(): Uploads {
  const uploads = useContext(UploadsContext);
  if (!uploads) throw new Error('useUploads needs an <UploadsProvider> above');
  return uploads;
}

export function useUploadViews(): readonly UploadView[] {
  const uploads = useUploads();
  return useSyncExternalStore(uploads.subscribe, uploads.getSnapshot);
}

const unfinishedKey = ['uploads', 'unfinished'];

/** What can be gone on with by choosing the file again; not what this tab has taken up already. */
export function useUnfinished(): { unfinished: readonly UnfinishedUpload[]; forget: (upload: UnfinishedUpload) => void } {
  const queryClient = useQueryClient();
  const views = useUploadViews();
  const { data = [] } = useQuery({ queryKey: unfinishedKey, queryFn: listUnfinished, staleTime: Number.POSITIVE_INFINITY, retry: false });
  return {
    unfinished: data.filter(({ name, size }) => !views.some((view) => view.name === name && view.size === size)),
    forget: ({ url }) => queryClient.setQueryData<UnfinishedUpload[]>(unfinishedKey, (before) => before?.filter((upload) => upload.url !== url)),
  };
}
