// A page that could not be shown: most often its files changed under an open tab, and loading again mends it.
import { Failed } from '../../look/states.tsx';

export function RouteFailed({ error }: { error: unknown }) {
  return <Failed error={error} onRetry={() => location.reload()} />;
}
