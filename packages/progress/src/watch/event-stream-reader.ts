// Reads one response of server-sent events as far as `GET /api/operations/{id}/events` uses them: the data of each event, and signs of life.

/** What stands between a stream and the end of the program's memory: a line longer than this is no event of a hub, characters. */
const lineMaxLength = 1_048_576;

/**
 * Calls `onData` with the data of each event, `onAlive` with every piece that came, comments included. Resolves at the end of the stream.
 *
 * @throws TypeError when a line is too long; and whatever reading the body throws
 */
export async function readEventStream(body: ReadableStream<Uint8Array>, onData: (data: string) => void, onAlive: () => void): Promise<void> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = '';
  let data: string[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onAlive();
    rest += decoder.decode(value, { stream: true });
    // "Lines must be separated by either a U+000D CARRIAGE RETURN U+000A LINE FEED (CRLF) character pair, a single LF, or a single CR"
    // (HTML, server-sent events). Hubs send LF; a CR that a proxy put before it is taken off below.
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineMaxLength) {
      await reader.cancel();
      throw new TypeError('a line of the event stream is too long');
    }
    for (const raw of lines) {
      const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      if (line.startsWith('data:')) data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
      // "If the line is empty: dispatch the event"; what a cut left unfinished is not dispatched.
      if (line === '' && data.length > 0) {
        const text = data.join('\n');
        data = [];
        onData(text);
      }
    }
  }
}
