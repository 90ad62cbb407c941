// Opens the connection to a RouterOS device and makes sure who is at the other end before a byte of ours goes there.
import { createHash, X509Certificate } from 'node:crypto';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type TLSSocket } from 'node:tls';
import { TaskFailure } from '../../tasks/task-handler.ts';
import { connectionLost, interruptionOf, RouterInterruption } from '../router-interruption.ts';

export interface RouterSocketOptions {
  host: string;
  port: number;
  scheme: 'https' | 'http';
  /** SHA-256 of the TLS public key (SPKI), base64 without padding; null: the certificate must be of an authority, and for this host. */
  pin: string | null;
  /** Certificates of further authorities, PEM. */
  authorities: string | undefined;
  connectTimeoutMs: number;
}

/** @throws RouterInterruption when it is not reached, TaskFailure when it is not who it should be */
export async function openSocket(options: RouterSocketOptions): Promise<{ socket: Socket; pin: string | null }> {
  const { host, port, scheme } = options;
  if (scheme === 'http') return { socket: await opened(connectTcp({ host, port }), 'connect', options), pin: null };
  const socket = connectTls({
    host,
    port,
    // RFC 6066 §3: "Literal IPv4 and IPv6 addresses are not permitted" as a server name.
    ...(isIP(host) === 0 && { servername: host }),
    ...(options.authorities !== undefined && { ca: options.authorities }),
    // A pinned key needs no authority, and one that is not known is to be told: both are decided below, on what was shown.
    rejectUnauthorized: false,
  });
  await opened(socket, 'secureConnect', options);
  try {
    return { socket, pin: approvedPin(socket, options) };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function approvedPin(socket: TLSSocket, { host, pin }: RouterSocketOptions): string {
  const shown = socket.getPeerCertificate(true);
  if (!shown.raw) throw new RouterInterruption('it showed no certificate');
  const found = createHash('sha256')
    .update(new X509Certificate(shown.raw).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64')
    .replace(/=+$/, '');
  if (pin !== null) {
    if (found !== pin) throw new TaskFailure({ code: 'router.identity_changed', values: { pin: found } });
    return found;
  }
  if (!socket.authorized || checkServerIdentity(host, shown) !== undefined) throw new TaskFailure({ code: 'router.identity_unknown', values: { pin: found } });
  return found;
}

function opened<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', { connectTimeoutMs }: RouterSocketOptions): Promise<S> {
  const { promise, resolve, reject } = Promise.withResolvers<S>();
  const timer = setTimeout(() => {
    reject(new RouterInterruption('no connection', connectTimeoutMs));
    socket.destroy();
  }, connectTimeoutMs);
  socket.once(event, () => resolve(socket));
  socket.on('error', (error) => reject(interruptionOf(error)));
  socket.once('close', () => reject(new RouterInterruption(connectionLost)));
  return promise.finally(() => clearTimeout(timer));
}
