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
  'delivery.paused': { en: 'Paused at the agent', es: 'En pausa en el agente' },
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
  'router.queued': { en: 'Waiting for the agent at the router', es: 'En espera del agente junto al router' },
  'router.agent_offline': {
    en: 'The agent at the router is offline; this goes on when it returns',
    es: 'El agente junto al router está desconectado; esto continuará cuando vuelva',
  },
  'router.agent_lost': {
    en: 'The connection to the agent was lost; this goes on when it returns',
    es: 'Se perdió la conexión con el agente; esto continuará cuando vuelva',
  },
  'router.connecting': { en: 'Connecting to the router...', es: 'Conectando con el router...' },
  'router.looking': { en: 'Looking for the configuration of {ip}...', es: 'Buscando la configuración de {ip}...' },
  'router.removing': { en: 'Removing {label}...', es: 'Eliminando {label}...' },
  'router.cutting': { en: 'Cutting the live session...', es: 'Cortando la sesión activa...' },
  'router.restoring': { en: 'Putting back {label}...', es: 'Restaurando {label}...' },
  'router.suspending': { en: 'Disabling {label}...', es: 'Desactivando {label}...' },
  'router.reactivating': { en: 'Enabling {label}...', es: 'Activando {label}...' },
  'router.comparing': { en: 'Comparing the records with the router...', es: 'Comparando los registros con el router...' },
  'router.retrying': {
    en: 'The router did not answer ({reason}); trying again in {seconds} s',
    es: 'El router no respondió ({reason}); nuevo intento en {seconds} s',
  },
  'router.reached': { en: 'The router answers', es: 'El router responde' },
  'router.found': { en: '{count} entries found on the router', es: '{count} entradas encontradas en el router' },
  'router.removed': { en: 'Connection removed from the router', es: 'Conexión eliminada del router' },
  'router.already_gone': { en: 'The router held nothing of this connection any more', es: 'El router ya no tenía nada de esta conexión' },
  'router.restored': { en: 'Connection put back on the router', es: 'Conexión restaurada en el router' },
  'router.suspended': { en: 'Connection suspended on the router', es: 'Conexión suspendida en el router' },
  'router.reactivated': { en: 'Connection reactivated on the router', es: 'Conexión reactivada en el router' },
  'router.compared': { en: '{count} differences between records and router', es: '{count} diferencias entre los registros y el router' },
  'router.unreachable': { en: 'The router cannot be reached: {reason}', es: 'No se puede alcanzar el router: {reason}' },
  'router.timed_out': { en: 'The router did not answer in {seconds} s', es: 'El router no respondió en {seconds} s' },
  'router.credentials_refused': { en: 'The router refused the user or password', es: 'El router rechazó el usuario o la contraseña' },
  'router.credentials_unreadable': {
    en: 'The credentials were sealed for another agent; ask again',
    es: 'Las credenciales se cifraron para otro agente; repita la solicitud',
  },
  'router.identity_unknown': {
    en: 'The key of the router has not been approved yet: {pin}',
    es: 'La clave del router aún no está aprobada: {pin}',
  },
  'router.identity_changed': {
    en: 'The router shows another key than the approved one ({pin}); nothing was done',
    es: 'El router presenta una clave distinta de la aprobada ({pin}); no se hizo nada',
  },
  'router.ambiguous': {
    en: '{label} on the router belongs to more than this connection; nothing was touched',
    es: '{label} en el router pertenece a algo más que esta conexión; no se tocó nada',
  },
  'router.refused': { en: 'The router refused: {reason}', es: 'El router lo rechazó: {reason}' },
  'router.not_configured': { en: 'The router has no agent or no credentials', es: 'El router no tiene agente o credenciales' },
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
