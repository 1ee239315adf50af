import { z } from 'zod';

/** A problem found in a user's resources; travels to the platform and to every user interface. */
export const problemSchema = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  file: z.string().optional(),
  line: z.number().int().positive().optional(),
  kind: z.string().optional(),
  namespace: z.string().optional(),
  name: z.string().optional(),
  field: z.string().optional(),
  message: z.string(),
  fix: z.string().optional(),
});

export type Problem = z.infer<typeof problemSchema>;
