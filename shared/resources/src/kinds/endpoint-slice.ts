import { z } from 'zod';
import { objectShape, portNumber } from './shape.ts';

/** Label that ties an EndpointSlice to its Service. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

/** EndpointSlice of discovery.k8s.io. */
export const endpointSliceShape = objectShape({
  addressType: z.enum(['IPv4', 'IPv6', 'FQDN']),
  endpoints: z
    .array(
      z.looseObject({
        addresses: z.array(z.string()).min(1),
        conditions: z
          .looseObject({
            ready: z.boolean().nullish(),
            serving: z.boolean().nullish(),
            terminating: z.boolean().nullish(),
          })
          .optional(),
        nodeName: z.string().optional(),
        zone: z.string().optional(),
      }),
    )
    .nullish(),
  ports: z
    .array(
      z.looseObject({
        name: z.string().nullish(),
        port: portNumber.nullish(),
        protocol: z.string().nullish(),
      }),
    )
    .nullish(),
});

export type EndpointSlice = z.infer<typeof endpointSliceShape>;
