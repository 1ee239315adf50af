import { z } from 'zod';
import { objectShape } from './shape.ts';

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
