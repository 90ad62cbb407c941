// Runs commands on a Linux router over one SSH connection, opened when the first is run and again after it broke.
import { createHash } from 'node:crypto';
import { Client, type ConnectConfig } from 'ssh2';
import { TaskFailure } from '../../tasks/task-handler.ts';
import { connectionLost, interruptionOf, RouterInterruption } from '../router-interruption.ts';

export interface ShellOptions {
  host: string;
  port: number;
  username: string;
  password: string | undefined;
  /** OpenSSH or PEM. */
  privateKey: string | undefined;
  /** SHA-256 of the host key, base64 without padding; null: not approved yet, so it is told and nothing is done. */
  pin: string | null;
  connectTimeoutMs: number;
  commandTimeoutMs: number;
  answerMaxBytes: number;
}

export interface CommandEnd {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Shell {
  /** Runs `command` with the shell of the user. @throws RouterInterruption, TaskFailure, or the reason of the signal */
  run(command: string, signal: AbortSignal): Promise<CommandEnd>;
  /** The key that the router showed last. */
  pin(): string | null;
  close(): void;
}

export function createShell(options: ShellOptions): Shell {
  let connected: { client: Client; isOpen: boolean } | undefined;
  let shown: string | null = null;

  async function connection(signal: AbortSignal): Promise<Client> {
    if (connected?.isOpen) return connected.client;
    const client = new Client();
    const current = { client, isOpen: false };
    connected = current;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let refusal: TaskFailure | undefined;
    client.on('ready', resolve);
    client.on('error', (error) => {
      current.isOpen = false;
      reject(refusal ?? faultOf(error, options));
    });
    client.on('close', () => {
      current.isOpen = false;
      reject(refusal ?? new RouterInterruption(connectionLost));
    });
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) => answer(prompts.map(() => options.password ?? '')));
    const onAbort = () => {
      reject(signal.reason);
      client.destroy();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      client.connect({
        ...loginOf(options),
        // RFC 4253 §8: nothing of the login is sent before the host key was accepted here.
        hostVerifier: (key: Buffer) => {
          shown = createHash('sha256').update(key).digest('base64').replace(/=+$/, '');
          if (shown === options.pin) return true;
          refusal = new TaskFailure({ code: options.pin === null ? 'router.identity_unknown' : 'router.identity_changed', values: { pin: shown } });
          return false;
        },
      });
      await promise;
      current.isOpen = true;
      return client;
    } catch (error) {
      client.destroy();
      if (error instanceof Error && /privateKey/.test(error.message)) throw refused('the private key cannot be read');
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  return {
    async run(command, signal) {
      signal.throwIfAborted();
      const client = await connection(signal);
      const { promise, resolve, reject } = Promise.withResolvers<CommandEnd>();
      const onAbort = () => reject(signal.reason);
      const onClose = () => reject(new RouterInterruption(connectionLost));
      const timer = setTimeout(() => reject(new RouterInterruption('no answer', options.commandTimeoutMs)), options.commandTimeoutMs);
      signal.addEventListener('abort', onAbort, { once: true });
      client.once('close', onClose);
      try {
        client.exec(command, (error, channel) => {
          if (error) return reject(interruptionOf(error));
          const stdout = gather(channel, options.answerMaxBytes, reject);
          const stderr = gather(channel.stderr, options.answerMaxBytes, reject);
          channel.on('close', (code: number | null) => {
            if (typeof code !== 'number') reject(new RouterInterruption('the command was cut off'));
            else resolve({ code, stdout: stdout(), stderr: stderr() });
          });
        });
        return await promise;
      } catch (error) {
        // Whatever the command still does, its answer is not ours any more.
        client.destroy();
        throw error;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        client.off('close', onClose);
      }
    },
    pin: () => shown,
    close: () => connected?.client.end(),
  };
}

function loginOf({ host, port, username, password, privateKey, connectTimeoutMs }: ShellOptions): ConnectConfig {
  return {
    host,
    port,
    username,
    ...(password !== undefined && { password, tryKeyboard: true }),
    ...(privateKey !== undefined && { privateKey }),
    readyTimeout: connectTimeoutMs,
    keepaliveInterval: connectTimeoutMs,
    // One kind of key first, so that a pin stays right as long as the router keeps that key.
    algorithms: { serverHostKey: ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'rsa-sha2-512', 'rsa-sha2-256'] },
  };
}

function faultOf(error: Error & { level?: string }, { connectTimeoutMs }: ShellOptions): Error {
  if (error.level === 'client-authentication') return new TaskFailure({ code: 'router.credentials_refused' });
  if (error.level === 'client-timeout') return new RouterInterruption('no connection', connectTimeoutMs);
  return interruptionOf(error);
}

function gather(stream: NodeJS.ReadableStream, maxBytes: number, fail: (error: Error) => void): () => string {
  const parts: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (part: Buffer) => {
    parts.push(part);
    bytes += part.length;
    if (bytes > maxBytes) fail(refused('the answer is too large'));
  });
  return () => Buffer.concat(parts).toString('utf8');
}

function refused(reason: string): TaskFailure {
  return new TaskFailure({ code: 'router.refused', values: { reason } });
}
