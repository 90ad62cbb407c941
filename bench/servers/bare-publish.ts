// The limit: Bun's own publish with nothing around it. No accounts, no journal, no replay; reports are parsed and forgotten.
const server = Bun.serve<undefined>({
  port: 0,
  hostname: '0.0.0.0',
  async fetch(request, self) {
    if (self.upgrade(request, { data: undefined })) return undefined;
    if (request.url.endsWith('/api/reports')) {
      const { reports } = (await request.json()) as { reports: { seq: number }[] };
      return Response.json({ seq: reports.at(-1)?.seq, refused: [] });
    }
    if (request.method !== 'POST') return new Response(null, { status: 404 });
    for (const event of (await request.json()) as { operation_id: string }[]) self.publish(event.operation_id, JSON.stringify(event));
    return new Response(null, { status: 204 });
  },
  websocket: {
    message(socket, message) {
      socket.subscribe((JSON.parse(String(message)) as { operation_id: string }).operation_id);
      socket.send('{"watching":true}');
    },
  },
});
process.stdout.write(`${server.port}\n`);
