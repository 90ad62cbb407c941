// docs/PROTOCOL.md and the code say the same of every error code and close code.
import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { closeCodes, mayReconnect } from './close-codes.ts';
import { errorCodes } from './errors.ts';

const page = await Bun.file(join(import.meta.dir, '../../../docs/PROTOCOL.md')).text();

function rowsUnder(heading: string): string[][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| code'));
  return lines.map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));
}

test('every error code is documented, with its status, in the order of the code', () => {
  const documented = rowsUnder('Errors').map(([, code, status]) => [code, Number(status)]);
  expect(documented).toEqual(Object.entries(errorCodes).map(([code, { status }]) => [code, status]));
});

test('every error code says when it is given and whether to try again', () => {
  const rows = rowsUnder('Errors');
  expect(rows.length).toBeGreaterThan(0);
  for (const [, , , when, again] of rows) expect([when, again]).not.toContain('');
});

test('every close code is documented by number and name', () => {
  const documented = rowsUnder('Close codes').map(([, code, name]) => [name, Number(code)]);
  expect(documented).toEqual(Object.entries(closeCodes));
});

test('a close code that is final is documented as no reason to come back, and no other', () => {
  for (const [, code, , , comeBack] of rowsUnder('Close codes')) expect([code, comeBack?.startsWith('not')]).toEqual([code, !mayReconnect(Number(code))]);
});
