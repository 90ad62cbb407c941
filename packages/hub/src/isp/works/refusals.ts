// Why work on a connection or router is refused or failed: the sentence for people, and what the HTTP answer says it is.
import type { ErrorCode, StepText, StepTextCode } from '@relevo/protocol';

/** Refused before anything was touched. */
export class WorkRefused extends Error {
  override name = 'WorkRefused';
  readonly text: StepText;

  constructor(text: StepText) {
    super(text.code);
    this.text = text;
  }
}

const byStepCode: Partial<Record<StepTextCode, ErrorCode>> = {
  'isp.body_invalid': 'invalid_request',
  'isp.id_invalid': 'invalid_request',
  'isp.address_invalid': 'invalid_request',
  'isp.selection_invalid': 'invalid_request',
  'isp.body_not_object': 'invalid_request',
  'isp.user_mismatch': 'forbidden',
  'isp.connection_unknown': 'not_found',
  'isp.router_unknown': 'not_found',
  'isp.address_unknown': 'not_found',
  'isp.removed_already': 'record_removed',
  'isp.connection_busy': 'connection_busy',
  'isp.customer_mismatch': 'customer_mismatch',
  'isp.router_first': 'router_not_removed',
  'isp.address_taken': 'record_exists',
  'isp.service_gone': 'record_unknown',
  'isp.nothing_to_undo': 'nothing_to_undo',
  'isp.undo_expired': 'undo_expired',
  'isp.credentials_unreadable': 'credentials_unreadable',
  'isp.too_many_to_compare': 'too_many_to_compare',
  'isp.agent_queue_full': 'agent_queue_full',
  'isp.wait_over': 'wait_over',
  'isp.draining': 'draining',
  'router.not_configured': 'router_not_configured',
  'router.ambiguous': 'router_ambiguous',
  'router.timed_out': 'router_timeout',
  'step.stopped': 'operation_ended',
  'step.abandoned': 'operation_ended',
  'step.failed': 'internal',
};

/** What a step that says `code` is to a program; whatever else an agent tells of a router is `router_failed`. */
export function errorCodeOf(code: string): ErrorCode {
  return (byStepCode as Partial<Record<string, ErrorCode>>)[code] ?? 'router_failed';
}
