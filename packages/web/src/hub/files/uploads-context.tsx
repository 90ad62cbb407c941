// The uploads of this tab, for every page of it.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
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
