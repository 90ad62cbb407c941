// Reads a CSV file line by line: RFC 4180, comma, semicolon or tab, UTF-8 with or without a mark, or what a spreadsheet writes instead.
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { Texts } from '../../http/issue-texts.ts';

export interface CsvLine {
  /** Where it begins in the file; the first is 1. */
  line: number;
  cells: string[];
}

/** The file is no CSV from this line on. */
export class CsvFault extends Error {
  override name = 'CsvFault';
  readonly line: number;
  readonly texts: Texts;

  constructor(line: number, texts: Texts) {
    super(texts.en);
    this.line = line;
    this.texts = texts;
  }
}

const quoteNotClosed = { en: 'a quotation mark is not closed', es: 'unas comillas no se cierran' };
const quoteMisplaced = {
  en: 'a quotation mark stands within a cell that does not begin with one',
  es: 'hay comillas en medio de una celda que no empieza con ellas',
};
const textAfterQuote = { en: 'something follows a closing quotation mark', es: 'hay algo detrás de unas comillas que cierran' };
/** By the parser's codes. */
const faults: Readonly<Record<string, Texts>> = {
  CSV_QUOTE_NOT_CLOSED: quoteNotClosed,
  INVALID_OPENING_QUOTE: quoteMisplaced,
  CSV_INVALID_CLOSING_QUOTE: textAfterQuote,
};

/** How much is parsed before others get their turn, characters. */
const chunkLength = 32_768;

/** Every line of which a cell is not empty, the header included. @throws CsvFault */
export async function* readCsv(bytes: Uint8Array): AsyncGenerator<CsvLine> {
  // One kind of line end: the parser would count the two characters of CRLF within a cell as two lines.
  const { text, separator } = separated(decode(bytes).replace(/\r\n?/g, '\n'));
  const parser = parse({ delimiter: separator, info: true, relax_column_count: true, skip_empty_lines: true, skip_records_with_empty_values: true });
  const source = Readable.from(chunks(text));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      // The parser tells where a record ends; one whose cells hold line breaks began before.
      const breaks = record.reduce((sum, cell) => sum + (cell.split('\n').length - 1), 0);
      yield { line: info.lines - breaks, cells: record };
    }
  } catch (error) {
    if (error instanceof CsvError) throw new CsvFault(Number(error.lines ?? 1), faults[error.code] ?? { en: error.message, es: error.message });
    throw error;
  } finally {
    source.destroy();
    parser.destroy();
  }
}

/** Excel writes "Unicode text" with a mark, and in Western Europe "CSV" in the machine's own code page; a text in that is next to never valid UTF-8. */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/**
 * What parts the cells: what the file says of itself, as files for Excel do in a line before the first; else the one that the first line has
 * most of, for names of columns hold none of them. That line is left empty, so that the others keep their numbers.
 */
function separated(text: string): { text: string; separator: string } {
  const [first = ''] = text.split('\n', 1);
  const said = /^"?sep=([,;\t|])"?$/i.exec(first.trim())?.[1] ?? (/^sep=\t?$/i.test(first.trimStart()) ? '\t' : undefined);
  if (said !== undefined) return { text: text.slice(first.length), separator: said };
  const [most = ','] = [',', ';', '\t'].toSorted((a, b) => first.split(b).length - first.split(a).length);
  return { text, separator: most };
}

function* chunks(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += chunkLength) yield text.slice(at, at + chunkLength);
}
