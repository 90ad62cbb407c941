// relevo files: list, put, get, remove.
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { FileResource } from '@relevo/protocol';
import type { Command } from 'commander';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { connectedHub, type HubClient } from '../hub/hub-client.ts';
import { bytes } from '../terminal/figures.ts';
import { say } from '../terminal/language.ts';
import { type OutputOptions, print } from '../terminal/print.ts';
import { printable } from '../terminal/printable.ts';
import { table } from '../terminal/table.ts';
import { download } from './download.ts';
import { findFile, listFiles } from './find-file.ts';
import { interruptible } from './interruptible.ts';
import { TransferMeter } from './transfer-meter.ts';
import { upload } from './upload.ts';

interface PutOptions extends OutputOptions {
  name?: string;
}
interface GetOptions extends OutputOptions {
  output?: string;
  force?: boolean;
}

export function addFileCommands(program: Command): void {
  const files = program.command('files').description(say('files on the hub', 'archivos en el hub'));
  const jsonHelp = say('answer in JSON', 'responde en JSON');

  files
    .command('ls [query]')
    .description(say('list files, or those with QUERY in their name', 'lista los archivos, o los que tienen QUERY en el nombre'))
    .option('--sort <order>', say('as created_at, name, size; with - before it the other way round', 'como created_at, name, size; con - delante, al revés'))
    .option('--json', jsonHelp)
    .action(async (query: string | undefined, options: OutputOptions & { sort?: string }) => {
      const found: FileResource[] = [];
      for await (const file of listFiles(connectedHub(), { query, sort: options.sort })) found.push(file);
      print({ files: found }, options, () =>
        table(
          ['ID', say('SIZE', 'TAMAÑO'), say('CREATED', 'CREADO'), say('NAME', 'NOMBRE')],
          found.map(({ id, size, created_at, name }) => [id, bytes(size), created_at, name]),
        ),
      );
    });

  files
    .command('put <path...>')
    .description(say('send files to the hub', 'envía archivos al hub'))
    .option('--name <name>', say('what it is called there', 'nombre que tendrá allí'))
    .option('--json', jsonHelp)
    .action(async (paths: string[], options: PutOptions) => {
      if (options.name !== undefined && paths.length > 1)
        throw new CommandError(say('--name is for one file', '--name es para un solo archivo'), exitCodes.usage);
      const hub = connectedHub();
      const sent: FileResource[] = [];
      for (const path of paths) sent.push(await putFile(hub, path, options.name));
      print({ files: sent }, options, () => sent.map(({ id, name, size }) => `${id}  ${printable(name)}  ${bytes(size)}`).join('\n'));
    });

  files
    .command('get <file>')
    .description(say('fetch a file by id or name; goes on where it was interrupted', 'trae un archivo por id o nombre; continúa donde se interrumpió'))
    .option('-o, --output <path>', say('where to put it', 'dónde guardarlo'))
    .option('-f, --force', say('replace what is there', 'reemplaza lo que haya'))
    .option('--json', jsonHelp)
    .action(async (idOrName: string, options: GetOptions) => {
      const hub = connectedHub();
      const file = await findFile(hub, idOrName);
      const target = await targetOf(file, options);
      const meter = new TransferMeter(file.name, file.size);
      await interruptible((signal) => download({ hub, file, target, onProgress: (count) => meter.moved(count), signal })).finally(() => meter.finish());
      print({ ...file, path: target }, options, () => `${printable(target)}  ${bytes(file.size)}  sha256 ${file.sha256}`);
    });

  files
    .command('rm <file...>')
    .description(say('delete files on the hub, by id or name', 'elimina archivos del hub, por id o nombre'))
    .option('--json', jsonHelp)
    .action(async (names: string[], options: OutputOptions) => {
      const hub = connectedHub();
      const removed: FileResource[] = [];
      for (const name of names) {
        const file = await findFile(hub, name);
        await hub.send(`/api/files/${encodeURIComponent(file.id)}`, { method: 'DELETE' });
        removed.push(file);
      }
      print({ removed }, options, () => removed.map(({ name }) => `${say('Deleted', 'Eliminado')}: ${printable(name)}`).join('\n'));
    });
}

/** Sends one file, showing how far it is; Ctrl-C gives it up. */
export async function putFile(hub: HubClient, path: string, name = basename(resolve(path))): Promise<FileResource> {
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  const meter = new TransferMeter(name, size);
  return interruptible((signal) => upload({ hub, path, name, onProgress: (count) => meter.moved(count), signal })).finally(() => meter.finish());
}

/** A name from the hub is one path segment by its rules; it is held to that here once more. */
async function targetOf(file: FileResource, { output, force }: GetOptions): Promise<string> {
  const isDirectory = output !== undefined && (await stat(output).catch(() => undefined))?.isDirectory() === true;
  const target = output === undefined || isDirectory ? join(output ?? '.', basename(file.name)) : output;
  if (!force && (await Bun.file(target).exists())) {
    throw new CommandError(say(`${target} is there already; --force replaces it`, `${target} ya existe; --force lo reemplaza`), exitCodes.usage);
  }
  return target;
}
