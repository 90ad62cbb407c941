// The languages that Relevo speaks to people.
export const languages = ['en', 'es'] as const;
export type Language = (typeof languages)[number];
