// What the peers on Node share: they listen on a free port of every loopback address, say which, and take JSON bodies.

/** Listens and prints the port. */
export function announce(http) {
  // The queue of connections that are not yet accepted; Bun asks for as many as the system allows, Node for 511.
  http.listen({ port: 0, host: '0.0.0.0', backlog: 65_535 }, () => process.stdout.write(`${http.address().port}\n`));
}

export async function readJson(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString());
}
