import { z } from 'zod';
import { objectShape, portNumber } from './shape.ts';

const backend = z.looseObject({
  service: z
    .looseObject({
      name: z.string().min(1),
      port: z.looseObject({ name: z.string().optional(), number: portNumber.optional() }).optional(),
    })
    .optional(),
  resource: z.looseObject({ apiGroup: z.string().optional(), kind: z.string(), name: z.string() }).optional(),
});

const path = z.looseObject({
  path: z.string().startsWith('/', 'must be an absolute path').optional(),
  pathType: z.enum(['Exact', 'Prefix', 'ImplementationSpecific']),
  backend,
});

/** Ingress of networking.k8s.io/v1. */
export const ingressShape = objectShape({
  spec: z.looseObject({
    ingressClassName: z.string().optional(),
    defaultBackend: backend.optional(),
    tls: z
      .array(z.looseObject({ hosts: z.array(z.string()).optional(), secretName: z.string().optional() }))
      .optional(),
    rules: z
      .array(
        z.looseObject({
          host: z.string().optional(),
          http: z.looseObject({ paths: z.array(path).min(1) }).optional(),
        }),
      )
      .optional(),
  }),
});

export type Ingress = z.infer<typeof ingressShape>;
