import { z } from 'zod';
import { objectShape } from './shape.ts';

const certificate = z.looseObject({ secretName: z.string().min(1) });

/** TLSStore of traefik.io/v1alpha1; only the one named default has effect. */
export const tlsStoreShape = objectShape({
  spec: z.looseObject({
    defaultCertificate: certificate.optional(),
    certificates: z.array(certificate).optional(),
  }),
});

export type TlsStore = z.infer<typeof tlsStoreShape>;
