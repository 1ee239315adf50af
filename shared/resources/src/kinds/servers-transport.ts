import { z } from 'zod';
import { durationOrSeconds, objectShape } from './shape.ts';

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
