import { z } from 'zod';
import { traefikServiceReference } from './traefik-service.ts';
import { objectReference, objectShape } from './shape.ts';

const route = z.looseObject({
  kind: z.literal('Rule').optional(),
  match: z.string().min(1),
  priority: z.number().int().optional(),
  syntax: z.enum(['v2', 'v3', 'default']).optional(),
  ruleSyntax: z.string().optional(),
  middlewares: z.array(objectReference).optional(),
  services: z.array(traefikServiceReference).optional(),
});

/** IngressRoute of traefik.io/v1alpha1. */
export const ingressRouteShape = objectShape({
  spec: z.looseObject({
    entryPoints: z.array(z.string()).optional(),
    routes: z.array(route),
    tls: z
      .looseObject({
        secretName: z.string().optional(),
        options: objectReference.optional(),
        store: objectReference.optional(),
        certResolver: z.string().optional(),
        domains: z
          .array(z.looseObject({ main: z.string().optional(), sans: z.array(z.string()).optional() }))
          .optional(),
      })
      .optional(),
  }),
});

export type IngressRoute = z.infer<typeof ingressRouteShape>;
