// Whether the hub or agent in this container lives: healthcheck.js hub|agent, run by the executable itself (BUN_BE_BUN=1).
const service = process.argv.at(-1) === 'agent' ? 'agent' : 'hub';
const { HUB_PORT = '8000', AGENT_PORT = '8001', TLS_CERT } = process.env;
const url = service === 'agent' ? `http://127.0.0.1:${AGENT_PORT}/healthz` : `${TLS_CERT ? 'https' : 'http'}://127.0.0.1:${HUB_PORT}/healthz`;

// The certificate names the public address, not this one.
const response = await fetch(url, { signal: AbortSignal.timeout(3000), tls: { rejectUnauthorized: false } });
process.exit(response.ok ? 0 : 1);
