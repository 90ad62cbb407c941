// Everything behind the sign-in: what is live, what is being uploaded, and the page of the address.
import { RouterProvider } from '@tanstack/react-router';
import { UploadsProvider } from './files/uploads-context.tsx';
import { router } from './router.tsx';
import { LiveOperations } from './shell/live-operations.tsx';

export function SignedIn() {
  return (
    <LiveOperations>
      <UploadsProvider>
        <RouterProvider router={router} />
      </UploadsProvider>
    </LiveOperations>
  );
}
