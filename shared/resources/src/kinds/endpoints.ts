import { z } from 'zod';
import { objectShape, portNumber } from './shape.ts';

const address = z.looseObject({ ip: z.string(), hostname: z.string().optional() });

/** Endpoints of the core group, which EndpointSlices succeed. */
export const endpointsShape = objectShape({
  subsets: z
    .array(
      z.looseObject({
        addresses: z.array(address).optional(),
        notReadyAddresses: z.array(address).optional(),
        ports: z
          .array(
            z.looseObject({
              name: z.string().optional(),
              port: portNumber,
              protocol: z.string().optional(),
            }),
          )
          .optional(),
      }),
    )
    .nullish(),
});

export type Endpoints = z.infer<typeof endpointsShape>;
