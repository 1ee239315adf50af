import { z } from 'zod';
import { objectShape, portNumber } from './shape.ts';

/** Service of the core group, as far as routing reads it. */
export const serviceShape = objectShape({
  spec: z.looseObject({
    type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']).optional(),
    clusterIP: z.string().optional(),
    externalName: z.string().optional(),
    selector: z.record(z.string(), z.string()).optional(),
    ports: z
      .array(
        z.looseObject({
          name: z.string().optional(),
          port: portNumber,
          targetPort: z.union([z.number().int(), z.string()]).optional(),
          protocol: z.enum(['TCP', 'UDP', 'SCTP']).optional(),
          appProtocol: z.string().optional(),
        }),
      )
      .optional(),
  }),
});

export type Service = z.infer<typeof serviceShape>;
