// What the ISP's requests about one connection take and answer: removing it, looking first, undoing, suspending; and comparing a router.
import { z } from 'zod';
import { operationIdSchema } from './ids.ts';
import { canonicalIp } from './ip-address.ts';
import { recordIdSchema } from './isp-resources.ts';
import { routerEntrySchema, routerProbeResultSchema } from './router-tasks.ts';

/** Connections that one request for bulk work may name, whatever the hub's own bound. */
const bulkMax = 10_000;

/** The steps of a removal, in order; and of its undoing. */
export const removalSteps = ['remove-service', 'remove-router', 'remove-config'] as const;
export const restorationSteps = ['restore-config', 'restore-router', 'restore-service'] as const;
export type RemovalStep = (typeof removalSteps)[number];

/** An id as forms send it: a number, or its digits as text. */
const looseId = z.union([
  recordIdSchema,
  z
    .string()
    .regex(/^\s*[1-9][0-9]{0,15}\s*$/, 'must be a positive number')
    .transform(Number)
    .pipe(recordIdSchema),
]);

const looseIp = z
  .string()
  .max(64)
  .transform((text) => canonicalIp(text.trim()))
  .pipe(z.string('must be the IPv4 or IPv6 address of one host'));

export const removeServiceSchema = z.object({ id_conexion: looseId });
export const removeRouterSchema = z.object({ direccion_ip: looseIp });
export const removeConfigSchema = z.object({ id_conexion: looseId, id_usuario: looseId });
/** A selection, for work on many connections. */
export const bulkRequestSchema = z.object({
  ids_conexion: z
    .array(looseId)
    .min(1)
    .max(bulkMax)
    .transform((ids) => [...new Set(ids)]),
});

const operation_id = operationIdSchema;

/** 200 when it is done, 202 when it was only begun. */
export const workAnswerSchema = z.object({ success: z.literal(true), message: z.string(), operation_id });
export type WorkAnswer = z.infer<typeof workAnswerSchema>;

/** A refusal or failure of these requests: what the ISP's client reads, and the members of a problem document. */
export const workRefusalSchema = z.looseObject({
  success: z.literal(false),
  /** Said in the language of the request, and by the `error` step. */
  message: z.string(),
  /** As in every other refusal. */
  code: z.string(),
  /** What the step says, for programs: a code of step-texts.ts. */
  step_code: z.string().optional(),
  operation_id: operation_id.optional(),
  /** The key that the router showed, when it is not the approved one. */
  pin: z.string().optional(),
});

/** An entry of a router as people see it, its `label` in the language of the answer: what is secret of it stays sealed where it is. */
export const shownEntrySchema = routerEntrySchema.omit({ sealed: true });
export type ShownEntry = z.infer<typeof shownEntrySchema>;

/** What a removal would take, with nothing touched. */
export const previewSchema = z.object({
  success: z.literal(true),
  operation_id,
  registros: z.object({
    id_conexion: recordIdSchema,
    cliente: z.string(),
    direccion_ip: z.string(),
    estado: z.string(),
    servicio: z.string().nullable(),
    router: z.string().nullable(),
  }),
  router: z.object({
    /** `ninguno`: the connection is on no router. `sin_respuesta`: it could not be asked, `message` says why. */
    estado: z.enum(['ninguno', 'consultado', 'sin_respuesta']),
    entradas: z.array(shownEntrySchema),
    code: z.string().optional(),
    message: z.string().optional(),
  }),
});
export type Preview = z.infer<typeof previewSchema>;

/** A router that answered; `pin` is the key it showed, to be compared and approved by a person. */
export const probeAnswerSchema = workAnswerSchema.extend(routerProbeResultSchema.shape);
export type ProbeAnswer = z.infer<typeof probeAnswerSchema>;

/** How records and router differed when they were last compared. */
export const differencesSchema = z.object({
  id_router: recordIdSchema,
  /** Null: never compared. */
  comparado_at: z.string().nullable(),
  /** Why the last comparison failed; the differences are then those of the one before. */
  error: z.string().nullable(),
  /** The same for programs: a code of step-texts.ts. */
  error_code: z.string().nullable(),
  /** In the records, and not on the router. */
  faltan: z.array(z.object({ id_conexion: recordIdSchema, direccion_ip: z.string(), cliente: z.string() })),
  /** On the router, and in no record. */
  sobran: z.array(shownEntrySchema),
});
export type Differences = z.infer<typeof differencesSchema>;
