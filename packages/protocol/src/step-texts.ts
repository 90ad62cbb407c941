// The sentences a step can say, in English and Spanish. Agents and capabilities send the code and its values; the hub
// renders them once, in the language of whoever asked.
import { z } from 'zod';

export const languages = ['en', 'es'] as const;
export type Language = (typeof languages)[number];

const texts = {
  'delivery.queued': { en: 'Waiting for its turn', es: 'En espera de su turno' },
  'delivery.agent_offline': {
    en: 'The agent is offline; it gets the file when it returns',
    es: 'El agente está desconectado; recibirá el archivo cuando vuelva',
  },
  'delivery.agent_lost': {
    en: 'The connection to the agent was lost; it goes on when the agent returns',
    es: 'Se perdió la conexión con el agente; continuará cuando vuelva',
  },
  'delivery.starting': { en: 'Preparing', es: 'Preparando' },
  'delivery.resuming': { en: 'Resuming: {verified} of {total} bytes are already here', es: 'Reanudando: ya hay {verified} de {total} bytes' },
  'delivery.receiving': { en: 'Receiving', es: 'Recibiendo' },
  'delivery.retrying': {
    en: 'The transfer was interrupted ({reason}); trying again in {seconds} s',
    es: 'La transferencia se interrumpió ({reason}); nuevo intento en {seconds} s',
  },
  'delivery.verifying': { en: 'Checking the whole file', es: 'Comprobando el archivo completo' },
  'delivery.done': { en: 'Delivered and verified', es: 'Entregado y verificado' },
  'delivery.already_there': { en: 'The agent already held these bytes', es: 'El agente ya tenía estos bytes' },
  'delivery.disk_full': { en: 'The disk of the agent is full; nothing was kept', es: 'El disco del agente está lleno; no se guardó nada' },
  'delivery.file_deleted': { en: 'The file was deleted on the hub', es: 'El archivo se eliminó en el hub' },
  'delivery.file_changed': {
    en: 'The file on the hub is no longer the one that was sent; nothing was kept',
    es: 'El archivo del hub ya no es el que se envió; no se guardó nada',
  },
  'delivery.corrupted': {
    en: 'The bytes did not match their SHA-256 after {attempts} attempts; nothing was kept',
    es: 'Los bytes no coincidieron con su SHA-256 tras {attempts} intentos; no se guardó nada',
  },
  'delivery.refused': { en: 'The hub refused the transfer: {reason}', es: 'El hub rechazó la transferencia: {reason}' },
  'delivery.failed': { en: 'The agent could not store the file: {reason}', es: 'El agente no pudo guardar el archivo: {reason}' },
  'delete.queued': { en: 'Waiting for the agent', es: 'En espera del agente' },
  'delete.agent_offline': {
    en: 'The agent is offline; it deletes the file when it returns',
    es: 'El agente está desconectado; eliminará el archivo cuando vuelva',
  },
  'delete.running': { en: 'Deleting', es: 'Eliminando' },
  'delete.done': { en: 'Deleted', es: 'Eliminado' },
  'delete.already_gone': { en: 'The agent did not hold this file', es: 'El agente no tenía este archivo' },
  'delete.failed': { en: 'The agent could not delete the file: {reason}', es: 'El agente no pudo eliminar el archivo: {reason}' },
  'upload.receiving': { en: 'Receiving', es: 'Recibiendo' },
  'step.stopped': { en: 'Stopped', es: 'Detenido' },
  'step.stopping': { en: 'Stopping', es: 'Deteniendo' },
  'step.hub_restarted': { en: 'The hub restarted while this ran', es: 'El hub se reinició mientras esto se ejecutaba' },
  'step.agent_revoked': { en: 'The agent was revoked', es: 'El agente fue revocado' },
  'step.failed': { en: 'Failed: {reason}', es: 'Falló: {reason}' },
  'step.unknown_task': { en: 'The agent is too old for this work', es: 'El agente es demasiado antiguo para este trabajo' },
  'step.not_reached': { en: 'Not reached', es: 'No se llegó a este paso' },
  'step.abandoned': { en: 'Nothing was heard of this for too long', es: 'No se supo nada de esto durante demasiado tiempo' },
} as const satisfies Record<string, Record<Language, string>>;

export type StepTextCode = keyof typeof texts;

/** A sentence by its code, with the values its `{places}` take. */
export const stepTextSchema = z.object({
  code: z.string().max(64),
  values: z.record(z.string(), z.union([z.string().max(1000), z.number()])).optional(),
});
export interface StepText {
  code: StepTextCode;
  values?: Record<string, string | number>;
}

/** Renders a text. A code from a newer agent, unknown here, is shown as it is. */
export function renderStepText(text: { code: string; values?: Record<string, string | number> | undefined }, language: Language): string {
  const template = (texts as Record<string, Record<Language, string>>)[text.code]?.[language] ?? text.code;
  return template.replace(/\{(\w+)\}/g, (place, name: string) => String(text.values?.[name] ?? place));
}

/** The first language of an `Accept-Language` header that Relevo speaks (RFC 9110 §12.5.4), else `fallback`. */
export function pickLanguage(acceptLanguage: string | null | undefined, fallback: Language): Language {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
      const q = parameters.map((parameter) => /^\s*q=([0-9.]+)/.exec(parameter)?.[1]).find(Boolean);
      return { language: tag.split('-')[0], q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q);
  for (const { language } of wanted) {
    const known = languages.find((candidate) => candidate === language);
    if (known) return known;
  }
  return fallback;
}
