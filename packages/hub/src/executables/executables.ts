// The executables of Relevo that this hub offers, so that an agent can be started on a machine that has nothing.
import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Executable, type ExecutablePlatform, executablePlatforms } from '@relevo/protocol';
import { isCompiled, SettingsError } from '@relevo/runtime';

export interface OfferedExecutable extends Executable {
  path: string;
}

interface Found {
  size: number;
  modifiedMs: number;
}

/** Where the build of the sources puts executables. */
const buildFolder = join(import.meta.dir, '../../../../dist');
const ownPlatform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

export class Executables {
  readonly #folder: string;
  /** This hub's own executable, which an agent of the same platform is too. */
  readonly #own: string | undefined;
  /** By path: what was there when it was hashed, and its SHA-256. */
  readonly #hashes = new Map<string, { found: Found; sha256: Promise<string> }>();

  /**
   * @param folder EXECUTABLES_DIR
   * @throws SettingsError when it is no folder
   */
  constructor(folder: string | undefined) {
    if (folder !== undefined && !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
      throw new SettingsError(`EXECUTABLES_DIR=${JSON.stringify(folder)} is not allowed: it must be a folder that is there`);
    }
    this.#folder = folder ?? (isCompiled ? dirname(process.execPath) : buildFolder);
    this.#own = folder === undefined && isCompiled ? process.execPath : undefined;
  }

  /** One for each platform that there is one for. */
  async list(): Promise<OfferedExecutable[]> {
    const offered = await Promise.all(executablePlatforms.map((platform) => this.#offer(platform)));
    return offered.filter((executable) => executable !== undefined);
  }

  /** The one of this name, as `relevo-linux-x64`. */
  async find(name: string): Promise<OfferedExecutable | undefined> {
    const platform = executablePlatforms.find((each) => nameOf(each) === name);
    return platform && this.#offer(platform);
  }

  async #offer(platform: ExecutablePlatform): Promise<OfferedExecutable | undefined> {
    const name = nameOf(platform);
    const paths = [join(this.#folder, name)];
    // The build without a platform makes this machine's, and gives it the plain name.
    if (platform === ownPlatform) paths.push(this.#own ?? join(this.#folder, platform.startsWith('windows') ? 'relevo.exe' : 'relevo'));
    for (const path of paths) {
      const found = await look(path);
      const sha256 = found && (await this.#sha256(path, found));
      if (sha256 !== undefined) return { name, platform, size: found?.size ?? 0, sha256, path };
    }
    return undefined;
  }

  /** Hashed once, however many ask; again when the file is another. Undefined for one that changed meanwhile, as while it is built. */
  async #sha256(path: string, found: Found): Promise<string | undefined> {
    let known = this.#hashes.get(path);
    if (!known || !isSame(known.found, found)) {
      known = { found, sha256: hashFile(path) };
      this.#hashes.set(path, known);
    }
    const sha256 = await known.sha256.catch(() => undefined);
    const now = sha256 === undefined ? undefined : await look(path);
    if (now && isSame(now, found)) return sha256;
    if (this.#hashes.get(path) === known) this.#hashes.delete(path);
    return undefined;
  }
}

function nameOf(platform: ExecutablePlatform): string {
  return `relevo-${platform}${platform.startsWith('windows') ? '.exe' : ''}`;
}

async function look(path: string): Promise<Found | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() && found.size > 0 ? { size: found.size, modifiedMs: found.mtimeMs } : undefined;
}

function isSame(one: Found, other: Found): boolean {
  return one.size === other.size && one.modifiedMs === other.modifiedMs;
}

/** Piece by piece: a hundred megabytes at once would hold up everybody else. */
async function hashFile(path: string): Promise<string> {
  const hash = new Bun.CryptoHasher('sha256');
  for await (const bytes of Bun.file(path).stream()) hash.update(bytes);
  return hash.digest('hex');
}
