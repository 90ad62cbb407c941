// For tests: the page that Chromium runs. What it saw stands in `window.seen`.
import { Component, type ReactNode, startTransition, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createWatcher } from '../watch/index.ts';
import { OperationProgress, useConnection, useOperation, useOperations, WatcherProvider } from './index.ts';

interface Seen {
  /** `seq` of each event that an iteration over operation `a` gave. */
  seqs: number[];
  /** Commits in which components that show the same operation disagreed, of how many commits. */
  torn: number;
  commits: number;
}

declare global {
  interface Window {
    seen: Seen;
  }
}

const seen: Seen = { seqs: [], torn: 0, commits: 0 };
window.seen = seen;

const query = new URLSearchParams(location.search);
const watcher = createWatcher({ userId: 7, delayMinMs: 5, delayMaxMs: 10, listIntervalMs: 50 });

function Shown() {
  const connection = useConnection();
  const count = useOperations().length;
  return (
    <p>
      Connection: {connection.state} {connection.state === 'connected' && connection.via}, operations: {count}
    </p>
  );
}

/** Shows a number, slowly: React puts such work aside and goes on later. */
function Slow() {
  const { seq } = useOperation('a');
  const until = performance.now() + 1;
  while (performance.now() < until);
  return <i className="seq">{seq}</i>;
}

function Many() {
  const [round, setRound] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => startTransition(() => setRound((before) => before + 1)), 20);
    return () => clearInterval(timer);
  }, []);
  return (
    <div>
      {Array.from({ length: 30 }, (_, index) => (
        // A new key mounts anew: what joins in the middle of a transition must agree with the rest.
        <Slow key={index % 2 === 0 ? index : `${index} ${round}`} />
      ))}
    </div>
  );
}

function observe(root: Element): void {
  new MutationObserver(() => {
    const values = new Set([...root.querySelectorAll('.seq')].map(({ textContent }) => textContent));
    seen.commits += 1;
    if (values.size > 1) seen.torn += 1;
  }).observe(root, { subtree: true, childList: true, characterData: true });
}

class Boundary extends Component<{ children: ReactNode }, { fault: string }> {
  override state = { fault: '' };

  static getDerivedStateFromError(error: unknown) {
    return { fault: String(error) };
  }

  override render() {
    return this.state.fault ? <p role="alert">{this.state.fault}</p> : this.props.children;
  }
}

const root = document.getElementById('root');
if (!root) throw new Error('the page has no #root');
if (query.has('many')) observe(root);
if (query.has('iterate')) {
  void (async () => {
    for await (const { seq } of watcher.watchOperation('a')) seen.seqs.push(seq);
  })();
}
createRoot(root).render(
  <Boundary>
    <WatcherProvider watcher={watcher}>
      <Shown />
      {query.has('many') ? <Many /> : <OperationProgress operationId="a" language={query.get('language') === 'es' ? 'es' : 'en'} />}
    </WatcherProvider>
  </Boundary>,
);
