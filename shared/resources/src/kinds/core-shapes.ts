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

/** IngressClass of networking.k8s.io/v1; the default one has an annotation that says so. */
export const ingressClassShape = objectShape({
  spec: z.looseObject({ controller: z.string().optional() }).optional(),
});

export type IngressClass = z.infer<typeof ingressClassShape>;

export const DEFAULT_CLASS_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';

const BASE64 = z.base64();
// Go's decoder, which the API server uses, ignores line breaks (encoding/base64).
const base64 = z
  .string()
  .refine((text) => BASE64.safeParse(text.replaceAll(/[\r\n]/g, '')).success, 'illegal base64 data');

/** Secret of the core group; `stringData` is what a manifest may write in clear, `data` is base64. */
export const secretShape = objectShape({
  type: z.string().optional(),
  data: z.record(z.string(), base64).nullish(),
  stringData: z.record(z.string(), z.string()).nullish(),
});

export type Secret = z.infer<typeof secretShape>;

/** One value of a Secret as bytes, or null when it has none of that name. */
export function secretValue(secret: Secret, key: string): Buffer | null {
  const text = secret.stringData?.[key];
  if (text !== undefined) return Buffer.from(text);
  const encoded = secret.data?.[key];
  return encoded === undefined ? null : Buffer.from(encoded, 'base64');
}
