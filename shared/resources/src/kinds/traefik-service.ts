import { z } from 'zod';
import { durationOrSeconds, objectShape, portReference } from './shape.ts';

const sticky = z.looseObject({
  cookie: z
    .looseObject({
      name: z.string().optional(),
      secure: z.boolean().optional(),
      httpOnly: z.boolean().optional(),
      sameSite: z.enum(['none', 'lax', 'strict']).optional(),
      maxAge: z.number().int().optional(),
      path: z.string().optional(),
      domain: z.string().optional(),
    })
    .optional(),
});

const healthCheck = z.looseObject({
  scheme: z.string().optional(),
  path: z.string().optional(),
  method: z.string().optional(),
  status: z.number().int().optional(),
  port: z.number().int().optional(),
  interval: durationOrSeconds.optional(),
  timeout: durationOrSeconds.optional(),
  hostname: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});

/** How routes and services of Traefik name a Service or TraefikService, with the way to balance over it. */
export const traefikServiceReference = z.looseObject({
  kind: z.enum(['Service', 'TraefikService']).optional(),
  name: z.string().min(1),
  namespace: z.string().optional(),
  port: portReference.optional(),
  scheme: z.string().optional(),
  weight: z.number().int().min(0).optional(),
  passHostHeader: z.boolean().optional(),
  serversTransport: z.string().optional(),
  sticky: sticky.optional(),
  healthCheck: healthCheck.optional(),
});

/** TraefikService of traefik.io/v1alpha1: weighted round robin or mirroring over other services. */
export const traefikServiceShape = objectShape({
  spec: z.looseObject({
    weighted: z
      .looseObject({ services: z.array(traefikServiceReference).optional(), sticky: sticky.optional() })
      .optional(),
    mirroring: traefikServiceReference
      .extend({
        mirrorBody: z.boolean().optional(),
        maxBodySize: z.number().int().optional(),
        mirrors: z
          .array(traefikServiceReference.extend({ percent: z.number().int().min(0).max(100).optional() }))
          .optional(),
      })
      .optional(),
  }),
});

export type TraefikService = z.infer<typeof traefikServiceShape>;
export type TraefikServiceReference = z.infer<typeof traefikServiceReference>;
