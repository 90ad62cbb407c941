// The keys that work on every page, and the rule when a key is one.

/** What follows `g`, and where it goes. */
export const places = {
  h: { to: '/', label: 'home' },
  f: { to: '/files', label: 'files' },
  a: { to: '/agents', label: 'agents' },
  o: { to: '/operations', label: 'operations' },
} as const;

export type Shortcut = { kind: 'help' } | { kind: 'search' } | { kind: 'go'; to: (typeof places)[keyof typeof places]['to'] };

/** How long `g` waits for the key after it. */
const sequenceMs = 1500;

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  /** Milliseconds; any origin. */
  timeStamp: number;
}

/** Turns keys into shortcuts, remembering a `g` for a while. */
export function createShortcutReader(): (pressed: Pressed) => Shortcut | undefined {
  let goAt = Number.NEGATIVE_INFINITY;
  return ({ key, ctrlKey, metaKey, altKey, timeStamp }) => {
    if (ctrlKey || metaKey || altKey) return undefined;
    const isAfterGo = timeStamp - goAt <= sequenceMs;
    goAt = key === 'g' ? timeStamp : Number.NEGATIVE_INFINITY;
    if (isAfterGo && isPlace(key)) return { kind: 'go', to: places[key].to };
    if (key === '?') return { kind: 'help' };
    return key === '/' ? { kind: 'search' } : undefined;
  };
}

function isPlace(key: string): key is keyof typeof places {
  return Object.hasOwn(places, key);
}

/** Where keys are text, or belong to something open above the page. */
export function takesKeys(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest('input:not([type=checkbox], [type=radio]), textarea, select, [role=dialog], [role=menu], [role=listbox]') !== null
  );
}
