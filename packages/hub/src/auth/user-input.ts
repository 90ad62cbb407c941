// What may be said of an account in a request.
import { permissions, roles } from '@relevo/protocol';
import { z } from 'zod';
import { emailSchema } from './first-admin.ts';

const nameMax = 128;

export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(nameMax)
  .refine((name) => !/\p{Cc}/u.test(name), 'must not hold control characters');

// Its true bounds are a setting; this one only keeps the work small.
const passwordSchema = z.string().max(4096);

const permissionsSchema = z.array(z.enum(permissions)).max(permissions.length);

export const newUserSchema = z.object({
  email: emailSchema,
  name: nameSchema,
  password: passwordSchema,
  role: z.enum(roles).default('user'),
  permissions: permissionsSchema.optional(),
});

export const userChangesSchema = z.strictObject({
  name: nameSchema.optional(),
  role: z.enum(roles).optional(),
  disabled: z.boolean().optional(),
  password: passwordSchema.optional(),
  permissions: permissionsSchema.optional(),
});

export const userParamsSchema = z.object({
  id: z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/, 'must be a user id')
    .transform(Number),
});
