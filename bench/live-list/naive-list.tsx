// The same list as most people write it first: all rows, one state, set at every message. Plainer than ours: no component library.
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

interface Row {
  operation_id: string;
  title: string;
  kind: string;
  state: string;
  created_at: string;
  message: string;
  progress: number;
  rate: number;
  eta_ms: number;
}

interface Page {
  operations: Row[];
  next_cursor: string | null;
}

function List() {
  const [rows, setRows] = useState<Row[]>([]);
  useEffect(() => {
    void load().then((loaded) => {
      setRows(loaded);
      const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws/progress?userId=1`);
      socket.onopen = () => socket.send(JSON.stringify({ type: 'watch', scope: 'user' }));
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(data);
        if (message.step) setRows((before) => before.map((row) => (row.operation_id === message.operation_id ? { ...row, ...message } : row)));
      };
    });
  }, []);
  return (
    <table aria-label="Operations">
      <tbody>
        {rows.map((row) => (
          <tr key={row.operation_id}>
            <td>
              <a href={`/operations/${row.operation_id}`}>{row.title}</a>
              <div>{row.kind}</div>
            </td>
            <td>{row.state}</td>
            <td>
              <div style={{ width: 200, height: 8, background: '#ddd' }}>
                <div style={{ width: `${row.progress ?? 0}%`, height: 8, background: '#0b7285' }} />
              </div>
              <div>{Math.floor(row.progress ?? 0)}%</div>
              <div>
                {((row.rate ?? 0) / 1e6).toFixed(1)} MB/s · {Math.round((row.eta_ms ?? 0) / 1000)} s left
              </div>
            </td>
            <td>{new Date(row.created_at).toLocaleTimeString()}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

async function load(): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = '0'; cursor !== null; ) {
    const page: Page = await (await fetch(`/api/operations?cursor=${cursor}&limit=200`)).json();
    rows.push(...page.operations);
    cursor = page.next_cursor;
  }
  return rows;
}

const root = document.getElementById('root');
if (root) createRoot(root).render(<List />);
