// Identifiers that cross a wire: what they may look like, and how long they may be.
import { z } from 'zod';

/** 1 to 128 of `A-Z a-z 0-9 . _ : -`, chosen by the client or made by the hub. */
export const operationIdSchema = z.string().regex(/^[A-Za-z0-9._:-]{1,128}$/, 'must be 1 to 128 of A-Z a-z 0-9 . _ : -');

/** Same alphabet as operation ids; `deliver:<agent_id>` is the step of a delivery to one agent. */
export const stepIdSchema = operationIdSchema;

/** Reads a user id as it stands in a query string or header; `undefined` unless it is a positive safe integer in plain digits. */
export function parseUserId(text: string | null | undefined): number | undefined {
  if (!text || !/^[1-9][0-9]{0,15}$/.test(text)) return undefined;
  const id = Number(text);
  return Number.isSafeInteger(id) ? id : undefined;
}
