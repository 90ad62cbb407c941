// Labels of agents: short words by which many agents are addressed at once.
import { z } from 'zod';

export const labelsSchema = z
  .array(z.string().trim().min(1).max(64))
  .max(64)
  .transform((labels) => [...new Set(labels)]);
