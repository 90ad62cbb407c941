// Work on a customer's router, carried out by the agent on the router's own network.
//
// Credentials never travel in the clear: `sealed_credentials` is sealed to the agent's sealing key (sealed-box.ts), and lies
// sealed on its disk. What a removal takes off the router comes back in the report's `result`, so that it can be put back;
// what is secret of it (a customer's PPP password) is sealed by the agent to its own key, and only it can open it again.
import { z } from 'zod';

export const routerKinds = ['routeros', 'linux'] as const;
export const routerSchemes = ['https', 'http', 'ssh'] as const;

/** Entries of one connection on one router. */
const entriesMax = 1000;

export const routerTargetSchema = z.object({
  id_router: z.number().int().positive(),
  nombre: z.string(),
  tipo: z.enum(routerKinds),
  /** Host name or address, IPv6 without brackets. */
  host: z.string(),
  port: z.number().int().min(1).max(65535),
  /** RouterOS: `https` checks the certificate, by authority or by `pin`; `http` is for a router on the agent's own wire. Linux: `ssh`. */
  scheme: z.enum(routerSchemes),
  /** SHA-256 of the TLS public key (SPKI) or of the SSH host key, base64 without padding. SSH without it: refused, and the key is told. */
  pin: z.string().nullable(),
  /** Linux: the set of allowed customers: `family table set`, as `inet relevo clientes`. */
  nft_set: z.string().nullable(),
  sealed_credentials: z.string(),
});
export type RouterTarget = z.infer<typeof routerTargetSchema>;

/** What is inside `sealed_credentials`, as JSON. */
export const routerCredentialsSchema = z.object({
  username: z.string(),
  password: z.string().optional(),
  /** OpenSSH or PEM private key. */
  private_key: z.string().optional(),
});
export type RouterCredentials = z.infer<typeof routerCredentialsSchema>;

/** The one connection whose entries may be touched. */
export const routedConnectionSchema = z.object({
  id_conexion: z.number().int().positive(),
  direccion_ip: z.string(),
  usuario_ppp: z.string().nullable(),
  mac: z.string().nullable(),
  /** Whose it is, for people; hubs of before do not tell. */
  cliente: z.string().optional(),
});
export type RoutedConnection = z.infer<typeof routedConnectionSchema>;

/** A connection as people name it: whose it is, and its address. */
export function connectionTitle({ cliente, direccion_ip }: { cliente: string; direccion_ip: string }): string {
  return `${cliente} (${direccion_ip})`;
}

/** One thing found on a router: where it is, what people call it, and its members as the router gives them. */
export const routerEntrySchema = z.object({
  /** RouterOS: the REST menu, as `ppp/secret`. Linux: `nft-element`, `route`, `neighbour`, `conntrack`. */
  kind: z.string().max(64),
  /** In English, whole. */
  label: z.string().max(256),
  /** What it is called among those of its kind, without words: `entryLabel` says it in any language. Agents of before do not tell it. */
  name: z.string().max(256).optional(),
  values: z.record(z.string(), z.string()),
  /** Members that are secret, as JSON sealed to the key of the agent that found them. */
  sealed: z.string().optional(),
});
export type RouterEntry = z.infer<typeof routerEntrySchema>;

const entries = z.array(routerEntrySchema).max(entriesMax);
const about = { router: routerTargetSchema, connection: routedConnectionSchema };

/** Asks who the router is, changing nothing. Result: `{identity, pin}`. */
export const routerProbeSchema = z.object({ kind: z.literal('router.probe'), router: routerTargetSchema });
/** Only looks. Result: `{entries}` that a removal would take. */
export const routerInspectSchema = z.object({ kind: z.literal('router.inspect'), ...about });
/** Removes what lets the customer in, then cuts the live session. Result, told before anything is touched and again at the end: `{entries}`. */
export const routerRemoveSchema = z.object({ kind: z.literal('router.remove'), ...about });
/** Puts entries back, in the reverse order; those that are there already stay. Result: `{entries}` that were put back. */
export const routerRestoreSchema = z.object({ kind: z.literal('router.restore'), ...about, entries });
/** Keeps the entries but lets nothing through, and cuts the live session. Result, as of a removal: `{entries}` as they were. */
export const routerSuspendSchema = z.object({ kind: z.literal('router.suspend'), ...about });
/** Undoes a suspension: the entries are again as they were. */
export const routerReactivateSchema = z.object({ kind: z.literal('router.reactivate'), ...about, entries });
/** Compares records with the router, changing nothing. Result: `{missing: [id_conexion], unexpected: [entry]}`. */
export const routerCompareSchema = z.object({
  kind: z.literal('router.compare'),
  router: routerTargetSchema,
  expected: z.array(routedConnectionSchema).max(10_000),
});

export const routerTaskSchemas = [
  routerProbeSchema,
  routerInspectSchema,
  routerRemoveSchema,
  routerRestoreSchema,
  routerSuspendSchema,
  routerReactivateSchema,
  routerCompareSchema,
] as const;
export type RouterTask = z.infer<(typeof routerTaskSchemas)[number]>;

export const routerProbeResultSchema = z.object({ identity: z.string(), pin: z.string().nullable() });
export const routerEntriesResultSchema = z.object({ entries });
export const routerCompareResultSchema = z.object({ missing: z.array(z.number().int().positive()), unexpected: z.array(routerEntrySchema) });
