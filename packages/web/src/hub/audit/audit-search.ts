// The filters of the audit log as they stand in the address, so that a view of it can be shared.

export interface AuditSearch {
  user?: number;
  action?: string;
  /** `conexion`, `router`, … */
  kind?: string;
  subject?: string;
  operation?: string;
  /** Days as `2026-01-31`, in the reader's time; both included. */
  from?: string;
  to?: string;
}

const textMax = 128;

export function auditSearchOf(raw: Record<string, unknown>): AuditSearch {
  const search: AuditSearch = {};
  if (Number.isSafeInteger(raw.user) && Number(raw.user) > 0) search.user = Number(raw.user);
  for (const name of ['action', 'kind', 'subject', 'operation'] as const) {
    const text = String(raw[name] ?? '').slice(0, textMax);
    if (text) search[name] = text;
  }
  for (const name of ['from', 'to'] as const) {
    const day = String(raw[name] ?? '');
    if (isDay(day)) search[name] = day;
  }
  return search;
}

/** What the hub is asked: moments instead of days. */
export function auditQueryOf({ user, kind, subject, operation, from, to, action }: AuditSearch) {
  return {
    user_id: user,
    action,
    subject_kind: kind,
    subject_id: subject,
    operation_id: operation,
    from: from && startOf(from, 0),
    to: to && startOf(to, 1),
  };
}

/** The first moment of `day`, or of the day `daysLater`, on the reader's clock. */
function startOf(day: string, daysLater: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + daysLater).toISOString();
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}
