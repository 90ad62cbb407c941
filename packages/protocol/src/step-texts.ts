// The sentences a step can say, in English and Spanish. Agents and capabilities send the code and its values; the hub
// renders them once, in the language of whoever asked.
import { z } from 'zod';
import { formatBytes } from './format-bytes.ts';
import { type Language, languages } from './language.ts';
import { entryLabel } from './router-entry-words.ts';

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
  'delivery.resuming': { en: 'Resuming: {verified:bytes} of {total:bytes} are already here', es: 'Reanudando: ya hay {verified:bytes} de {total:bytes}' },
  'delivery.receiving': { en: 'Receiving', es: 'Recibiendo' },
  'delivery.retrying': {
    en: 'The transfer was interrupted ({reason}); trying again in {seconds} s',
    es: 'La transferencia se interrumpió ({reason}); nuevo intento en {seconds} s',
  },
  'delivery.paused': { en: 'Paused at the agent', es: 'En pausa en el agente' },
  'delivery.verifying': { en: 'Checking the whole file', es: 'Comprobando el archivo completo' },
  'delivery.done': { en: 'Delivered and verified', es: 'Entregado y verificado' },
  'delivery.done_partly_sent': {
    en: 'Delivered and verified; {copied:bytes} of {total:bytes} did not have to be sent',
    es: 'Entregado y verificado; no hubo que enviar {copied:bytes} de {total:bytes}',
  },
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
  'router.left_behind': {
    en: 'Agent {agent} may have begun this before the router was given to another one: it goes on when that agent returns, and ends when it is revoked or this is stopped',
    es: 'El agente {agent} pudo haber empezado esto antes de que el router pasara a otro: continuará cuando ese agente vuelva, y termina si se revoca o se detiene',
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
  'router.found': { en: 'Entries found on the router: {count}', es: 'Entradas encontradas en el router: {count}' },
  'router.removed': { en: 'Connection removed from the router', es: 'Conexión eliminada del router' },
  'router.already_gone': { en: 'The router held nothing of this connection any more', es: 'El router ya no tenía nada de esta conexión' },
  'router.restored': { en: 'Connection put back on the router', es: 'Conexión restaurada en el router' },
  'router.suspended': { en: 'Connection suspended on the router', es: 'Conexión suspendida en el router' },
  'router.reactivated': { en: 'Connection reactivated on the router', es: 'Conexión reactivada en el router' },
  'router.compared': { en: 'Differences between records and router: {count}', es: 'Diferencias entre los registros y el router: {count}' },
  'router.unreachable': { en: 'The router cannot be reached: {reason}', es: 'No se puede alcanzar el router: {reason}' },
  'router.timed_out': { en: 'The router did not answer in {seconds} s', es: 'El router no respondió en {seconds} s' },
  'router.credentials_refused': { en: 'The router refused the user or password', es: 'El router rechazó el usuario o la contraseña' },
  'router.credentials_unreadable': {
    en: 'The credentials were sealed for another agent; ask again',
    es: 'Las credenciales se cifraron para otro agente; repite la solicitud',
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
    en: 'On the router, {label} belongs to more than this connection; nothing was touched',
    es: 'En el router, {label} pertenece a algo más que esta conexión; no se tocó nada',
  },
  'router.returns': {
    en: 'Something on the router makes {label} again each time it is removed',
    es: 'Algo en el router vuelve a crear {label} cada vez que se elimina',
  },
  'router.secret_unknown': {
    en: 'The password of {label} could not be read when it was removed; add it on the router and try again',
    es: 'La contraseña de {label} no se pudo leer al eliminarlo; créalo en el router y vuelve a intentarlo',
  },
  'router.refused': { en: 'The router refused: {reason}', es: 'El router lo rechazó: {reason}' },
  'router.not_routeros': {
    en: 'What answers at the address of the router is not RouterOS (HTTP {status})',
    es: 'Lo que responde en la dirección del router no es RouterOS (HTTP {status})',
  },
  'router.answer_too_large': { en: 'The answer of the router is too large', es: 'La respuesta del router es demasiado grande' },
  'router.not_configured': { en: 'The router has no agent or no credentials', es: 'El router no tiene agente o credenciales' },
  'isp.waiting': { en: 'Not begun yet', es: 'Aún no iniciado' },
  'isp.import_reading': { en: 'Reading the file...', es: 'Leyendo el archivo...' },
  'isp.import_checking': { en: 'Lines checked: {lines}', es: 'Líneas comprobadas: {lines}' },
  'isp.import_checked': { en: 'Lines that can be imported: {lines}', es: 'Líneas que se pueden importar: {lines}' },
  'isp.import_refused': {
    en: 'Nothing is imported; errors: {errors}. The first is in line {line}: {reason}',
    es: 'No se importa nada; errores: {errors}. El primero está en la línea {line}: {reason}',
  },
  'isp.importing': { en: 'Connections imported: {done} of {total}', es: 'Conexiones importadas: {done} de {total}' },
  'isp.import_taking_back': { en: 'Taking back what was imported; records left: {left}', es: 'Deshaciendo lo importado; registros que quedan: {left}' },
  'isp.imported': { en: 'Connections imported: {done}', es: 'Conexiones importadas: {done}' },
  'isp.imported_partly': {
    en: 'Connections imported: {done}; lines left out: {errors}',
    es: 'Conexiones importadas: {done}; líneas que quedaron fuera: {errors}',
  },
  'isp.service_removing': { en: 'Beginning to remove the service assignment...', es: 'Iniciando eliminación de asignación...' },
  'isp.validating': { en: 'Checking the connection...', es: 'Validando conexión...' },
  'isp.updating': { en: 'Updating the database...', es: 'Actualizando base de datos...' },
  'isp.service_removed': { en: 'Service assignment removed successfully', es: 'Asignación eliminada exitosamente' },
  'isp.service_already_gone': { en: 'The connection had no service assigned any more', es: 'La conexión ya no tenía servicio asignado' },
  'isp.service_answer': { en: 'Service assignment removed', es: 'Asignación eliminada' },
  'isp.no_router': {
    en: 'The connection is on no router: there was nothing to do there',
    es: 'La conexión no está en ningún router: no había nada que hacer allí',
  },
  'isp.config_removing': { en: 'Removing the configuration from the system...', es: 'Eliminando configuración del sistema...' },
  'isp.config_cleaning': { en: 'Clearing temporary files...', es: 'Limpiando archivos temporales...' },
  'isp.config_removed': { en: 'Configuration removed from the system', es: 'Configuración eliminada del sistema' },
  'isp.connection_removed': { en: 'Connection removed', es: 'Conexión eliminada' },
  'isp.config_restoring': { en: 'Putting the configuration back...', es: 'Restaurando configuración...' },
  'isp.config_restored': { en: 'Configuration put back', es: 'Configuración restaurada' },
  'isp.service_restoring': { en: 'Putting the service assignment back...', es: 'Restaurando asignación...' },
  'isp.service_restored': { en: 'Service assignment put back', es: 'Asignación restaurada' },
  'isp.service_gone': { en: 'The service that was assigned is not there any more', es: 'El servicio que tenía asignado ya no existe' },
  'isp.nothing_to_restore': { en: 'Nothing had been taken here', es: 'Aquí no se había quitado nada' },
  'isp.connection_restored': { en: 'Connection put back', es: 'Conexión restaurada' },
  'isp.suspended': { en: 'Connection suspended', es: 'Conexión suspendida' },
  'isp.already_suspended': { en: 'The connection was suspended already', es: 'La conexión ya estaba suspendida' },
  'isp.reactivated': { en: 'Connection reactivated', es: 'Conexión reactivada' },
  'isp.already_active': { en: 'The connection was active already', es: 'La conexión ya estaba activa' },
  'isp.body_invalid': { en: 'The request is not valid: {reason}', es: 'La solicitud no es válida: {reason}' },
  'isp.id_invalid': { en: '{member} must be a positive number', es: '{member} debe ser un número positivo' },
  'isp.address_invalid': {
    en: '{member} must be the IPv4 or IPv6 address of one host',
    es: '{member} debe ser la dirección IPv4 o IPv6 de un solo equipo',
  },
  'isp.selection_invalid': {
    en: 'ids_conexion must be a list of 1 to {max} numbers of connections',
    es: 'ids_conexion debe ser una lista de 1 a {max} números de conexiones',
  },
  'isp.body_not_object': { en: 'The request must be a JSON object', es: 'La solicitud debe ser un objeto JSON' },
  'isp.operation_id_invalid': {
    en: 'X-Operation-ID must be 1 to 128 of A-Z a-z 0-9 . _ : -',
    es: 'X-Operation-ID debe tener de 1 a 128 caracteres de A-Z a-z 0-9 . _ : -',
  },
  'isp.connection_unknown': { en: 'There is no connection {id}', es: 'No existe la conexión {id}' },
  'isp.router_unknown': { en: 'There is no router {id}', es: 'No existe el router {id}' },
  'isp.address_unknown': { en: 'No connection has the address {ip}', es: 'Ninguna conexión tiene la dirección {ip}' },
  'isp.removed_already': { en: 'Connection {id} was removed already', es: 'La conexión {id} ya fue eliminada' },
  'isp.connection_busy': { en: 'Another operation works on connection {id}', es: 'Otra operación está trabajando en la conexión {id}' },
  'isp.customer_mismatch': { en: 'Connection {id} belongs to another customer', es: 'La conexión {id} pertenece a otro cliente' },
  'isp.router_first': {
    en: 'Connection {id} is still on its router: remove it there first',
    es: 'La conexión {id} sigue en su router: elimínala primero del router',
  },
  'isp.address_taken': {
    en: 'Another connection has the address {ip} or its PPP user by now',
    es: 'Otra conexión tiene ahora la dirección {ip} o su usuario PPP',
  },
  'isp.nothing_to_undo': { en: 'Nothing was removed of connection {id} that could be put back', es: 'No hay nada que restaurar de la conexión {id}' },
  'isp.undo_expired': {
    en: 'Connection {id} was removed too long ago to be put back',
    es: 'La conexión {id} se eliminó hace demasiado tiempo para restaurarla',
  },
  'isp.credentials_unreadable': {
    en: 'The kept credentials of the router cannot be opened; enter them again',
    es: 'No se pueden abrir las credenciales guardadas del router; introdúcelas de nuevo',
  },
  'isp.agent_queue_full': { en: 'Too many tasks wait for the agent; try again later', es: 'Demasiadas tareas esperan al agente; inténtalo más tarde' },
  'isp.too_many_to_compare': {
    en: 'The router has {count} connections; at most {max} are compared',
    es: 'El router tiene {count} conexiones; se comparan {max} como máximo',
  },
  'isp.agent_offline': { en: 'The agent at the router is offline', es: 'El agente junto al router está desconectado' },
  'isp.user_mismatch': { en: 'X-User-ID is not the user of the session', es: 'X-User-ID no es el usuario de la sesión' },
  'isp.accepted': { en: 'Accepted; the work goes on', es: 'Aceptado; el trabajo continúa' },
  'isp.wait_over': { en: 'Still under way: {message}', es: 'Sigue en curso: {message}' },
  'isp.draining': { en: 'The hub is going away; the work goes on when it is back', es: 'El hub se está deteniendo; el trabajo continuará cuando vuelva' },
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

/** A sentence by its code, with the values its `{places}` take; a number for `{place:bytes}` is told in units. */
export const stepTextSchema = z.object({
  code: z.string().max(64),
  values: z.record(z.string(), z.union([z.string().max(1000), z.number()])).optional(),
});
export interface StepText {
  code: StepTextCode;
  values?: Record<string, string | number>;
}

/** Why a router could not be reached, as agents say it, in a Spanish sentence. What a router or a system said itself stays as it is. */
const reasonsInSpanish: Partial<Record<string, string>> = {
  'connection refused': 'conexión rechazada',
  'connection lost': 'se perdió la conexión',
  'no connection': 'sin conexión',
  'no answer': 'sin respuesta',
  'no route to the router': 'no hay ruta hasta el router',
  'no route to the network': 'no hay ruta hasta la red',
  'session closed': 'el router cerró la sesión',
  'it showed no certificate': 'no presentó ningún certificado',
  'the command was cut off': 'el comando quedó cortado',
  'the name of the router is not known': 'el nombre del router no se conoce',
  'the name of the router could not be looked up': 'el nombre del router no se pudo consultar',
};

/** Renders a text. A code from a newer agent, unknown here, is shown as it is. */
export function renderStepText(text: { code: string; values?: Record<string, string | number> | undefined }, language: Language): string {
  const template = (texts as Record<string, Record<Language, string>>)[text.code]?.[language] ?? text.code;
  return template.replace(/\{(\w+)(:bytes)?\}/g, (place, name: string, isBytes: string | undefined) => {
    const given = text.values?.[name];
    const value = isBytes && typeof given === 'number' ? formatBytes(given, language) : String(given ?? place);
    // What is on a router has its word in each language, by its kind, which is told beside it.
    if (name === 'label') return entryLabel({ kind: text.values?.kind, name: text.values?.name, label: value }, language);
    return language === 'es' && name === 'reason' ? (reasonsInSpanish[value] ?? value) : value;
  });
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
