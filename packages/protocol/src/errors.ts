// Every refusal of the hub: its stable code, its HTTP status and its title. docs/PROTOCOL.md lists them; a test holds the two together.
import { z } from 'zod';

export const errorCodes = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  digest_unsupported: { status: 400, title: 'Only sha-256 digests are checked' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  sign_in_failed: { status: 401, title: 'E-mail or password is wrong' },
  token_invalid: { status: 401, title: 'The token is not valid' },
  agent_unknown: { status: 401, title: 'The hub does not know this agent' },
  forbidden: { status: 403, title: 'Not allowed' },
  origin_refused: { status: 403, title: 'The request comes from another site' },
  password_wrong: { status: 403, title: 'The current password is wrong' },
  account_disabled: { status: 403, title: 'The account is disabled' },
  sign_up_closed: { status: 403, title: 'Accounts are made by an administrator' },
  agent_pending: { status: 403, title: 'The agent waits for approval' },
  agent_revoked: { status: 403, title: 'The agent was revoked' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  digest_mismatch: { status: 409, title: 'The bytes do not match their digest' },
  operation_id_in_use: { status: 409, title: 'The operation id stands for other work' },
  operation_ended: { status: 409, title: 'The operation has ended' },
  illegal_transition: { status: 409, title: 'The step cannot go from its state to that one' },
  user_exists: { status: 409, title: 'An account with this e-mail exists' },
  last_admin: { status: 409, title: 'The last administrator cannot be removed' },
  agent_not_pending: { status: 409, title: 'The agent does not wait for approval' },
  length_mismatch: { status: 409, title: 'The body ended before its announced length' },
  upload_offset_mismatch: { status: 409, title: 'The upload stands at another offset' },
  upload_expired: { status: 410, title: 'The upload has expired' },
  precondition_failed: { status: 412, title: 'The precondition does not hold' },
  file_too_large: { status: 413, title: 'The file is larger than allowed' },
  quota_exceeded: { status: 413, title: 'The quota is used up' },
  body_too_large: { status: 413, title: 'The body is larger than allowed' },
  content_unsupported: { status: 415, title: 'The body must be the bytes of the file, not encoded' },
  range_not_satisfiable: { status: 416, title: 'The range lies outside the file' },
  file_name_invalid: { status: 422, title: 'The file name is not allowed' },
  file_extension_refused: { status: 422, title: 'Files with this extension are refused' },
  media_type_refused: { status: 422, title: 'Files of this type are refused' },
  password_weak: { status: 422, title: 'The password is too short or too long' },
  upload_checksum_mismatch: { status: 460, title: 'The part of the upload does not match its checksum' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  too_many_api_keys: { status: 429, title: 'Too many API keys' },
  too_many_connections: { status: 429, title: 'Too many connections' },
  too_many_operations: { status: 429, title: 'Too many operations are open' },
  too_many_steps: { status: 429, title: 'The operation has too many steps' },
  agent_queue_full: { status: 429, title: 'The queue of the agent is full' },
  too_many_uploads: { status: 429, title: 'Too many uploads are unfinished' },
  internal: { status: 500, title: 'The hub failed' },
  hub_unreachable: { status: 502, title: 'The agent cannot reach the hub' },
  draining: { status: 503, title: 'The hub is going away' },
  storage_full: { status: 507, title: 'The disk is full' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorCodes;

/** `application/problem+json` (RFC 9457) with a stable `code`; other members may follow. */
export const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;
