// What a refusal says to the reader: by its code in their language, else what the server said.
import type { TFunction } from 'i18next';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../http/api-error.ts';
import en from '../language/en.json' with { type: 'json' };

export function errorText(t: TFunction, error: unknown): string {
  if (!(error instanceof ApiError)) return t('errors.internal');
  if (error.code === 'too_many_requests' && error.retryAfterSeconds !== undefined) return t('errors.retry_after', { count: error.retryAfterSeconds });
  if (error.said) return error.said;
  // What exactly was wrong with it only the server can tell.
  if (error.code === 'invalid_request' && error.detail) return `${t('errors.invalid_request')}: ${error.detail}`;
  if (isKnown(error.code)) return t(`errors.${error.code}`);
  return error.detail || t('errors.unexpected');
}

export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback((error) => errorText(t, error), [t]);
}

function isKnown(code: string): code is keyof typeof en.errors {
  return Object.hasOwn(en.errors, code);
}
