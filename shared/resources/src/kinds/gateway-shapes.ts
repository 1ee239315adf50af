import { z } from 'zod';
import { objectShape, portNumber } from './shape.ts';

export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

/** GatewayClass of gateway.networking.k8s.io: who serves the Gateways that name it. */
export const gatewayClassShape = objectShape({ spec: z.looseObject({ controllerName: z.string().min(1) }) });
export type GatewayClass = z.infer<typeof gatewayClassShape>;

const secretReference = z.looseObject({
  group: z.string().optional(),
  kind: z.string().optional(),
  name: z.string().min(1),
  namespace: z.string().optional(),
});

const listener = z.looseObject({
  name: z.string().min(1),
  hostname: z.string().optional(),
  port: portNumber,
  protocol: z.string(),
  tls: z
    .looseObject({
      mode: z.enum(['Terminate', 'Passthrough']).optional(),
      certificateRefs: z.array(secretReference).optional(),
    })
    .optional(),
  allowedRoutes: z
    .looseObject({
      namespaces: z.looseObject({ from: z.enum(['All', 'Selector', 'Same', 'None']).optional() }).optional(),
      kinds: z.array(z.looseObject({ group: z.string().optional(), kind: z.string() })).optional(),
    })
    .optional(),
});
export type Listener = z.infer<typeof listener>;

/** Gateway: where routes are reached. */
export const gatewayShape = objectShape({
  spec: z.looseObject({ gatewayClassName: z.string().min(1), listeners: z.array(listener).min(1).max(64) }),
});
export type Gateway = z.infer<typeof gatewayShape>;

const field = z.looseObject({ name: z.string().min(1), value: z.string() });
const headerChange = z.looseObject({
  set: z.array(field).max(16).optional(),
  add: z.array(field).max(16).optional(),
  remove: z.array(z.string()).max(16).optional(),
});
export type HeaderModifier = z.infer<typeof headerChange>;

const pathChange = z.looseObject({
  type: z.enum(['ReplaceFullPath', 'ReplacePrefixMatch']),
  replaceFullPath: z.string().optional(),
  replacePrefixMatch: z.string().optional(),
});
export type PathModifier = z.infer<typeof pathChange>;

const filter = z.looseObject({
  type: z.string(),
  requestHeaderModifier: headerChange.optional(),
  responseHeaderModifier: headerChange.optional(),
  requestRedirect: z
    .looseObject({
      scheme: z.enum(['http', 'https']).optional(),
      hostname: z.string().optional(),
      path: pathChange.optional(),
      port: portNumber.optional(),
      statusCode: z.union([z.literal(301), z.literal(302)]).optional(),
    })
    .optional(),
  urlRewrite: z.looseObject({ hostname: z.string().optional(), path: pathChange.optional() }).optional(),
  extensionRef: z.looseObject({ group: z.string(), kind: z.string(), name: z.string() }).optional(),
});
export type HttpRouteFilter = z.infer<typeof filter>;

const valueMatch = z.looseObject({
  type: z.enum(['Exact', 'RegularExpression']).optional(),
  name: z.string().min(1),
  value: z.string(),
});

const match = z.looseObject({
  path: z
    .looseObject({
      type: z.enum(['Exact', 'PathPrefix', 'RegularExpression']).optional(),
      value: z.string().optional(),
    })
    .optional(),
  headers: z.array(valueMatch).max(16).optional(),
  queryParams: z.array(valueMatch).max(16).optional(),
  method: z.string().optional(),
});
export type HttpRouteMatch = z.infer<typeof match>;

const backendRef = z.looseObject({
  group: z.string().optional(),
  kind: z.string().optional(),
  name: z.string().min(1),
  namespace: z.string().optional(),
  port: portNumber.optional(),
  weight: z.number().int().min(0).max(1_000_000).optional(),
  filters: z.array(filter).optional(),
});
export type HttpBackendRef = z.infer<typeof backendRef>;

const rule = z.looseObject({
  matches: z.array(match).max(64).optional(),
  filters: z.array(filter).max(16).optional(),
  backendRefs: z.array(backendRef).max(16).optional(),
});
export type HttpRouteRule = z.infer<typeof rule>;

const parentRef = z.looseObject({
  group: z.string().optional(),
  kind: z.string().optional(),
  name: z.string().min(1),
  namespace: z.string().optional(),
  sectionName: z.string().optional(),
  port: portNumber.optional(),
});
export type ParentRef = z.infer<typeof parentRef>;

/** HTTPRoute, as far as its core goes; what lies beyond is kept and refused by name. */
export const httpRouteShape = objectShape({
  spec: z.looseObject({
    parentRefs: z.array(parentRef).max(32).optional(),
    hostnames: z.array(z.string().min(1)).max(16).optional(),
    rules: z.array(rule).max(16).optional(),
  }),
});
export type HttpRoute = z.infer<typeof httpRouteShape>;

/** ReferenceGrant: which namespaces may refer into its own. */
export const referenceGrantShape = objectShape({
  spec: z.looseObject({
    from: z.array(z.looseObject({ group: z.string(), kind: z.string(), namespace: z.string() })),
    to: z.array(z.looseObject({ group: z.string(), kind: z.string(), name: z.string().optional() })),
  }),
});
export type ReferenceGrant = z.infer<typeof referenceGrantShape>;
