// Why a router could not be worked with, as its record keeps it: the code of a sentence and its values, said in the language of whoever reads it.
import { type Language, renderStepText } from '@relevo/protocol';
import type { SaidText } from './works/step-rows.ts';

export function keptText({ code, values }: SaidText): string {
  return JSON.stringify({ code, values });
}

/** The members of a resource that say it; both null when there is nothing to say. */
export function saidOf(kept: string | null, language: Language): { error: string | null; error_code: string | null } {
  if (kept === null) return { error: null, error_code: null };
  const text = JSON.parse(kept) as SaidText;
  return { error: renderStepText(text, language), error_code: text.code };
}
