// The key under which routers' credentials are encrypted. It is never in the database: whoever has a copy of that alone can open nothing.
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, constants, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from '@relevo/runtime';

const keyBytes = 32;

/** Beside the database; a backup of one without the other opens nothing. */
export const keyFileName = 'credentials.key';

/**
 * The key of `CREDENTIALS_KEY`, else of `credentials.key` in `dataDir`, made at first use and readable by its owner alone.
 * @throws SettingsError when the setting or the file holds no key
 */
export function credentialsKey(given: string | undefined, dataDir: string): Buffer {
  if (given !== undefined) {
    const key = decode(given);
    if (!key) throw new SettingsError('CREDENTIALS_KEY=*** is not allowed: it must be 32 bytes in base64, as from `openssl rand -base64 32`');
    return key;
  }
  const path = join(dataDir, keyFileName);
  return read(path) ?? make(path, dataDir) ?? readMade(path);
}

function read(path: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const key = decode(text);
  if (!key) throw new SettingsError(`${path} must hold 32 bytes in base64; put back the right file, or set CREDENTIALS_KEY`);
  // A copy may have lost its mode on the way.
  chmodSync(path, 0o600);
  return key;
}

/** Undefined when another process made it first. */
function make(path: string, dataDir: string): Buffer | undefined {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const key = randomBytes(keyBytes);
  let file: number;
  try {
    file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
  try {
    writeSync(file, `${key.toString('base64')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return key;
}

function readMade(path: string): Buffer {
  const key = read(path);
  if (!key) throw new SettingsError(`${path} cannot be read`);
  return key;
}

/** 32 bytes in base64 or base64url, padded or not. */
function decode(text: string): Buffer | undefined {
  const trimmed = text.trim();
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return undefined;
  const key = Buffer.from(trimmed, 'base64');
  return key.length === keyBytes ? key : undefined;
}
