// Tells what a file is from its first bytes; only among kinds of text, which have no mark of their own, does its name decide.
import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileTypeFromBuffer } from 'file-type';

/** How much of the beginning is looked at. */
const sampleBytes = 64 * 1024;

const textTypes: Record<string, string> = {
  '.css': 'text/css',
  '.csv': 'text/csv',
  '.htm': 'text/html',
  '.html': 'text/html',
  '.ics': 'text/calendar',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.md': 'text/markdown',
  '.log': 'text/plain',
  '.mjs': 'text/javascript',
  '.rtf': 'application/rtf',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.tsv': 'text/tab-separated-values',
  '.vcf': 'text/vcard',
  '.xhtml': 'application/xhtml+xml',
  '.xml': 'application/xml',
  '.yaml': 'application/yaml',
  '.yml': 'application/yaml',
};

// Opened by a browser, text that begins so is a page or a picture with scripts, whatever its name says.
const htmlStart = /^<(!doctype\s+html|html|head|body|script|iframe)\b/i;
const svgStart = /^<(!doctype\s+svg|svg)\b/i;

/** The media type of the bytes at `path`, for a file called `name`; `application/octet-stream` when nothing tells. */
export async function tellMediaType(path: string, name: string): Promise<string> {
  const sample = await readStart(path);
  const text = asText(sample);
  if (text !== undefined) {
    const start = afterPreamble(text);
    if (svgStart.test(start)) return 'image/svg+xml';
    if (htmlStart.test(start)) return 'text/html';
  }
  const told = (await fileTypeFromBuffer(sample).catch(() => undefined))?.mime;
  if (told !== undefined && told !== 'application/xml') return told.split(';')[0] ?? told;
  if (text === undefined) return 'application/octet-stream';
  const unknown = sample.length === 0 ? 'application/octet-stream' : 'text/plain';
  return textTypes[extname(name).toLowerCase()] ?? told ?? unknown;
}

async function readStart(path: string): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const sample = new Uint8Array(sampleBytes);
    const { bytesRead } = await handle.read(sample, 0, sampleBytes, 0);
    return sample.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** What follows the space, comments and XML declarations at the beginning; a scan, for an expression with all that would take for ever. */
function afterPreamble(text: string): string {
  let index = 0;
  for (;;) {
    while (index < text.length && text.charAt(index).trim() === '') index++;
    const close = text.startsWith('<!--', index) ? '-->' : text.startsWith('<?', index) ? '?>' : undefined;
    const end = close === undefined ? -1 : text.indexOf(close, index + 2);
    if (close === undefined || end === -1) return text.slice(index, index + 64);
    index = end + close.length;
  }
}

/** The sample as text when it is UTF-8 without control characters that text does not have. */
function asText(sample: Uint8Array): string | undefined {
  try {
    // A stream may end within a character: the sample does.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: sample.length === sampleBytes });
    return hasControls(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function hasControls(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    // Backspace to carriage return, and escape, do stand in text; U+0000 and its like do not.
    if (code < 0x20 && !(code >= 0x08 && code <= 0x0d) && code !== 0x1b) return true;
  }
  return false;
}
