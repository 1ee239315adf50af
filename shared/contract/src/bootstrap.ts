import { z } from 'zod';

/** The file that the platform writes at its first start, for the program that started it. */
export const bootstrapHandover = z.object({
  workspace: z.string(),
  adminEmail: z.string(),
  adminPasswordFile: z.string(),
  adminToken: z.string(),
  agentToken: z.string(),
  clusterId: z.string(),
});
export type BootstrapHandover = z.infer<typeof bootstrapHandover>;
