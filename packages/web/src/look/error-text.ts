// What a refusal says to the reader: by its code in their language, else what the server said.
import i18next, { type TFunction } from 'i18next';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../http/api-error.ts';
import type en from '../language/en.json';

export function errorText(t: TFunction, error: unknown): string {
  if (!(error instanceof ApiError)) return t('errors.internal');
  if (error.code === 'too_many_requests' && error.retryAfterSeconds !== undefined) return t('errors.retry_after', { count: error.retryAfterSeconds });
  if (error.said) return error.said;
  // What exactly was wrong with it only the server can tell.
  if (error.issues.length > 0) return error.issues.map(({ path, message }) => `${memberName(t, path)}: ${message}`).join('. ');
  if (error.code === 'invalid_request' && error.detail) return `${t('errors.invalid_request')}: ${error.detail}`;
  if (error.code === 'password_weak') return passwordText(t, error.detail);
  if (isKnown(error.code)) return withMember(t, t(`errors.${error.code}`), error);
  return error.detail || t('errors.unexpected');
}

export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback((error) => errorText(t, error), [t]);
}

/** How long a password has to be is a setting of the hub, which its detail tells: "A password has 8 to 128 characters". */
function passwordText(t: TFunction, detail: string): string {
  const [, min, max] = /(\d+) to (\d+)/.exec(detail) ?? [];
  return min === undefined ? t('errors.password_weak') : t('sign_in.password_length', { min, max });
}

/** Refusals about one member of a record begin their detail with its name: without it nobody knows which field to mend. */
function withMember(t: TFunction, text: string, { code, detail }: ApiError): string {
  const member = code === 'record_exists' || code === 'record_unknown' ? /^([a-z_]+): /.exec(detail)?.[1] : undefined;
  return member === undefined ? text : `${text} (${memberName(t, member)})`;
}

/** What people call a member: the last of its path that has a word. */
function memberName(t: TFunction, path: string): string {
  const name = path.split('.').findLast(isMember);
  return name === undefined ? path : t(`members.${name}`);
}

function isMember(name: string): name is keyof typeof en.members {
  return i18next.exists(`members.${name}`);
}

function isKnown(code: string): code is keyof typeof en.errors {
  return i18next.exists(`errors.${code}`);
}
