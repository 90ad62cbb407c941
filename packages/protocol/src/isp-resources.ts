// The ISP's records as they stand in JSON, under the names its back office calls them: customers, services, routers, connections.
import { z } from 'zod';
import { operationIdSchema } from './ids.ts';
import { canonicalIp, canonicalMac } from './ip-address.ts';
import { routerKinds, routerSchemes } from './router-tasks.ts';

export const connectionStates = ['activa', 'suspendida', 'eliminada'] as const;
export const routerStates = ['sin_probar', 'alcanzable', 'inalcanzable'] as const;
/** What can happen to a connection, as its history names it. */
export const connectionChanges = [
  'creada',
  'importada',
  'modificada',
  'asignacion_quitada',
  'quitada_del_router',
  'eliminada',
  'restaurada',
  'suspendida',
  'reactivada',
] as const;

/** Largest value of an id: SQLite and JSON both hold it exactly. */
const idMax = Number.MAX_SAFE_INTEGER;
const kbpsMax = 100_000_000;
const priceMax = 1_000_000;

export const recordIdSchema = z.number().int().min(1).max(idMax);
const times = { created_at: z.string(), updated_at: z.string() };

export const customerSchema = z.object({
  id_usuario: recordIdSchema,
  nombre: z.string(),
  documento: z.string().nullable(),
  telefono: z.string().nullable(),
  email: z.string().nullable(),
  direccion: z.string().nullable(),
  ...times,
});
export type CustomerResource = z.infer<typeof customerSchema>;

export const serviceSchema = z.object({
  id_servicio: recordIdSchema,
  nombre: z.string(),
  /** Null: not limited. */
  bajada_kbps: z.number().int().nullable(),
  subida_kbps: z.number().int().nullable(),
  /** A month, in the currency of the ISP, with two decimals. */
  precio: z.number(),
  ...times,
});
export type ServiceResource = z.infer<typeof serviceSchema>;

export const routerSchema = z.object({
  id_router: recordIdSchema,
  nombre: z.string(),
  /** The agent on the router's own network; null: none yet. */
  agent_id: z.string().nullable(),
  tipo: z.enum(routerKinds),
  host: z.string(),
  port: z.number().int(),
  scheme: z.enum(routerSchemes),
  /** SHA-256 of the TLS public key or the SSH host key, base64 without padding. */
  pin: z.string().nullable(),
  nft_set: z.string().nullable(),
  has_credentials: z.boolean(),
  estado: z.enum(routerStates),
  comprobado_at: z.string().nullable(),
  /** Why it could not be reached when it was last tried, in the language of the request; and for programs, a code of step-texts.ts. */
  error: z.string().nullable(),
  error_code: z.string().nullable(),
  /** Connections on it that are not removed. */
  conexiones: z.number().int().nonnegative(),
  ...times,
});
export type RouterResource = z.infer<typeof routerSchema>;

export const connectionSchema = z.object({
  id_conexion: recordIdSchema,
  /** The customer. */
  id_usuario: recordIdSchema,
  direccion_ip: z.string(),
  usuario_ppp: z.string().nullable(),
  mac: z.string().nullable(),
  id_router: recordIdSchema.nullable(),
  id_servicio: recordIdSchema.nullable(),
  estado: z.enum(connectionStates),
  cliente: z.string(),
  router: z.string().nullable(),
  servicio: z.string().nullable(),
  ...times,
});
export type ConnectionResource = z.infer<typeof connectionSchema>;

export const connectionChangeSchema = z.object({
  at: z.string(),
  /** Who did it; null: nobody who was signed in, as when a data set was loaded. */
  user_id: z.number().int().nullable(),
  que: z.enum(connectionChanges),
  /** The members that changed, as they were and as they are. */
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  operation_id: operationIdSchema.nullable(),
});
export type ConnectionChange = z.infer<typeof connectionChangeSchema>;

export const connectionDetailSchema = connectionSchema.extend({
  /** Until when what was removed of it can be put back; null: nothing was, or it was too long ago. */
  undo_until: z.string().nullable(),
  /** The connection that has its address or PPP user by now, so that it cannot be put back. */
  undo_blocked_by: recordIdSchema.nullable(),
  /** An operation works on it: other work, and a change of its record, are refused until that ends. */
  busy: z.boolean(),
  /** Newest first. */
  historial: z.array(connectionChangeSchema),
});
export type ConnectionDetail = z.infer<typeof connectionDetailSchema>;

/** Text of one line: trimmed, NFC, without control characters. */
function line(max: number, min = 1) {
  return z
    .string()
    .max(max * 4)
    .transform((text) => text.normalize('NFC').trim())
    .pipe(
      z
        .string()
        .min(min)
        .max(max)
        .regex(/^\P{Cc}*$/u, 'must not hold control characters'),
    );
}

/** Optional text: absent, null and empty are all nothing. */
function optionalLine(max: number) {
  return line(max, 0)
    .transform((text) => (text === '' ? null : text))
    .nullable();
}

const ipSchema = z
  .string()
  .max(64)
  .transform((text, context) => canonicalIp(text.trim()) ?? refuse(context, 'must be the IPv4 or IPv6 address of one host'));

const macSchema = z
  .string()
  .max(64)
  .transform((text, context) => (text.trim() === '' ? null : (canonicalMac(text.trim()) ?? refuse(context, 'must be a MAC address, as 4C:5E:0C:AA:BB:01'))))
  .nullable();

/** A host name or an address, an IPv6 one without brackets. */
const hostSchema = z
  .string()
  .max(253)
  .transform((text, context) => {
    const given = text.trim().toLowerCase();
    const name = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?)(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?)*\.?$/;
    const isNumbers = /^[0-9.]+$/.test(given);
    return canonicalIp(given) ?? (!isNumbers && name.test(given) ? given : refuse(context, 'must be a host name or an IP address'));
  });

/** `SHA256:…` with or without the prefix and padding: kept without both. */
const pinSchema = z
  .string()
  .max(64)
  .transform((text) =>
    text
      .trim()
      .replace(/^SHA256:/, '')
      .replace(/=+$/, ''),
  )
  .pipe(z.string().regex(/^(?:[A-Za-z0-9+/]{43})?$/, 'must be a SHA-256 in base64'))
  .transform((pin) => (pin === '' ? null : pin))
  .nullable();

const nftName = '[A-Za-z_][A-Za-z0-9_.-]{0,62}';
/** `family table set`. */
const nftSetSchema = z
  .string()
  .max(160)
  .transform((text) => text.trim().replace(/\s+/g, ' '))
  .pipe(
    z.string().regex(new RegExp(`^(?:(?:inet|ip|ip6|arp|bridge|netdev) ${nftName} ${nftName})?$`), 'must be family, table and set, as inet relevo clientes'),
  )
  .transform((set) => (set === '' ? null : set))
  .nullable();

const credentialsMembers = {
  username: z.string().min(1).max(128),
  password: z.string().max(1024).optional(),
  private_key: z.string().min(1).max(16_384).optional(),
};
const hasSecret = ({ password, private_key }: { password?: string | undefined; private_key?: string | undefined }) =>
  password !== undefined || private_key !== undefined;
const secretNeeded = 'password or private_key is needed';
const newCredentialsSchema = z.strictObject(credentialsMembers).refine(hasSecret, secretNeeded);
/** Without `username`, which nobody can read again, the one that is kept stays. */
const credentialsSchema = z.strictObject({ ...credentialsMembers, username: credentialsMembers.username.optional() }).refine(hasSecret, secretNeeded);

const kbps = z.number().int().min(1).max(kbpsMax).nullable();
const price = z
  .number()
  .min(0)
  .max(priceMax)
  .refine((value) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-6, 'must have at most two decimals');

const customerMembers = {
  nombre: line(200),
  documento: optionalLine(64),
  telefono: optionalLine(64),
  email: optionalLine(254).pipe(z.email().nullable()),
  direccion: optionalLine(500),
};
export const customerChangesSchema = z.object(customerMembers).partial();
export const newCustomerSchema = customerChangesSchema.extend({ nombre: customerMembers.nombre });
export type NewCustomer = z.output<typeof newCustomerSchema>;
export type CustomerChanges = z.output<typeof customerChangesSchema>;

const serviceMembers = { nombre: line(200), bajada_kbps: kbps, subida_kbps: kbps, precio: price };
export const serviceChangesSchema = z.object(serviceMembers).partial();
export const newServiceSchema = serviceChangesSchema.extend({ nombre: serviceMembers.nombre });
export type NewService = z.output<typeof newServiceSchema>;
export type ServiceChanges = z.output<typeof serviceChangesSchema>;

const routerMembers = {
  nombre: line(200),
  agent_id: z.string().min(1).max(64).nullable(),
  tipo: z.enum(routerKinds),
  host: hostSchema,
  port: z.number().int().min(1).max(65_535),
  scheme: z.enum(routerSchemes),
  pin: pinSchema,
  nft_set: nftSetSchema,
  /** Written, never read: kept encrypted. Null takes them away. */
  credentials: credentialsSchema.nullable(),
};
export const routerChangesSchema = z.object(routerMembers).partial();
export const newRouterSchema = routerChangesSchema.extend({
  nombre: routerMembers.nombre,
  tipo: routerMembers.tipo,
  host: routerMembers.host,
  credentials: newCredentialsSchema.nullable().optional(),
});
export type NewRouter = z.output<typeof newRouterSchema>;
export type RouterChanges = z.output<typeof routerChangesSchema>;

const connectionMembers = {
  id_usuario: recordIdSchema,
  direccion_ip: ipSchema,
  usuario_ppp: optionalLine(128),
  mac: macSchema,
  id_router: recordIdSchema.nullable(),
  id_servicio: recordIdSchema.nullable(),
  /** A correction of the record alone: suspending and removing, on the router too, are requests of their own. */
  estado: z.enum(['activa', 'suspendida']),
};
export const connectionChangesSchema = z.object(connectionMembers).partial();
export const newConnectionSchema = connectionChangesSchema.extend({
  id_usuario: connectionMembers.id_usuario,
  direccion_ip: connectionMembers.direccion_ip,
});
export type NewConnection = z.output<typeof newConnectionSchema>;
export type ConnectionChanges = z.output<typeof connectionChangesSchema>;

function refuse(context: z.core.$RefinementCtx, message: string): never {
  context.issues.push({ code: 'custom', input: context.value, message });
  return z.NEVER;
}
