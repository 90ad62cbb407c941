// The form in which names are compared, ordered and searched: without case, without accents.

/** `Muñoz GARCÍA` and `munoz garcia` are the same. */
export function foldText(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().normalize('NFC');
}
