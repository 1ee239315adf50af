import { z } from 'zod';
import { durationOrSeconds, objectReference, objectShape, portReference } from './shape.ts';

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

/** ServersTransport of traefik.io/v1alpha1: how the gateway speaks to upstreams. */
export const serversTransportShape = objectShape({
  spec: z.looseObject({
    serverName: z.string().optional(),
    insecureSkipVerify: z.boolean().optional(),
    rootCAsSecrets: z.array(z.string()).optional(),
    rootCAs: z
      .array(z.looseObject({ secret: z.string().optional(), configMap: z.string().optional() }))
      .optional(),
    certificatesSecrets: z.array(z.string()).optional(),
    maxIdleConnsPerHost: z.number().int().optional(),
    disableHTTP2: z.boolean().optional(),
    peerCertURI: z.string().optional(),
    forwardingTimeouts: z
      .looseObject({
        dialTimeout: durationOrSeconds.optional(),
        responseHeaderTimeout: durationOrSeconds.optional(),
        idleConnTimeout: durationOrSeconds.optional(),
      })
      .optional(),
  }),
});

export type ServersTransport = z.infer<typeof serversTransportShape>;

/** TLSOption of traefik.io/v1alpha1. */
export const tlsOptionShape = objectShape({
  spec: z.looseObject({
    minVersion: z.string().optional(),
    maxVersion: z.string().optional(),
    cipherSuites: z.array(z.string()).optional(),
    alpnProtocols: z.array(z.string()).optional(),
    sniStrict: z.boolean().optional(),
    clientAuth: z
      .looseObject({
        secretNames: z.array(z.string()).optional(),
        clientAuthType: z
          .enum([
            'NoClientCert',
            'RequestClientCert',
            'RequireAnyClientCert',
            'VerifyClientCertIfGiven',
            'RequireAndVerifyClientCert',
          ])
          .optional(),
      })
      .optional(),
  }),
});

export type TlsOption = z.infer<typeof tlsOptionShape>;

const certificate = z.looseObject({ secretName: z.string().min(1) });

/** TLSStore of traefik.io/v1alpha1; only the one named default has effect. */
export const tlsStoreShape = objectShape({
  spec: z.looseObject({
    defaultCertificate: certificate.optional(),
    certificates: z.array(certificate).optional(),
  }),
});

export type TlsStore = z.infer<typeof tlsStoreShape>;
