// Lets a page of the ISP's be seen only by those who may read its records.
import type { ReactNode } from 'react';
import { NotAllowed } from '../session/not-allowed.tsx';
import { useMay } from '../session/permissions.ts';

export function IspGate({ children }: { children: ReactNode }) {
  return useMay('isp:read') ? children : <NotAllowed />;
}
