import { z } from 'zod';
import { traefikServiceReference } from './traefik-shapes.ts';
import { durationOrSeconds, objectReference, objectShape } from './shape.ts';

const strings = z.array(z.string());
const map = z.record(z.string(), z.string());
const ipStrategy = z.looseObject({
  depth: z.number().int().min(0).optional(),
  excludedIPs: strings.optional(),
  ipv6Subnet: z.number().int().optional(),
});
const sourceCriterion = z.looseObject({
  ipStrategy: ipStrategy.optional(),
  requestHeaderName: z.string().optional(),
  requestHost: z.boolean().optional(),
});
const auth = z.looseObject({
  secret: z.string().optional(),
  realm: z.string().optional(),
  removeHeader: z.boolean().optional(),
  headerField: z.string().optional(),
});
const allowList = z.looseObject({
  sourceRange: strings.optional(),
  ipStrategy: ipStrategy.optional(),
  rejectStatusCode: z.number().int().optional(),
});

const headers = z.looseObject({
  customRequestHeaders: map.optional(),
  customResponseHeaders: map.optional(),
  accessControlAllowCredentials: z.boolean().optional(),
  accessControlAllowHeaders: strings.optional(),
  accessControlAllowMethods: strings.optional(),
  accessControlAllowOriginList: strings.optional(),
  accessControlAllowOriginListRegex: strings.optional(),
  accessControlExposeHeaders: strings.optional(),
  accessControlMaxAge: z.number().int().optional(),
  addVaryHeader: z.boolean().optional(),
  allowedHosts: strings.optional(),
  hostsProxyHeaders: strings.optional(),
  stsSeconds: z.number().int().optional(),
  stsIncludeSubdomains: z.boolean().optional(),
  stsPreload: z.boolean().optional(),
  forceSTSHeader: z.boolean().optional(),
  frameDeny: z.boolean().optional(),
  customFrameOptionsValue: z.string().optional(),
  contentTypeNosniff: z.boolean().optional(),
  browserXssFilter: z.boolean().optional(),
  customBrowserXSSValue: z.string().optional(),
  contentSecurityPolicy: z.string().optional(),
  contentSecurityPolicyReportOnly: z.string().optional(),
  referrerPolicy: z.string().optional(),
  permissionsPolicy: z.string().optional(),
  sslRedirect: z.boolean().optional(),
});

const forwardAuth = z.looseObject({
  address: z.string().min(1),
  trustForwardHeader: z.boolean().optional(),
  authResponseHeaders: strings.optional(),
  authResponseHeadersRegex: z.string().optional(),
  authRequestHeaders: strings.optional(),
  addAuthCookiesToResponse: strings.optional(),
  forwardBody: z.boolean().optional(),
  preserveLocationHeader: z.boolean().optional(),
  preserveRequestMethod: z.boolean().optional(),
  tls: z
    .looseObject({
      caSecret: z.string().optional(),
      certSecret: z.string().optional(),
      insecureSkipVerify: z.boolean().optional(),
    })
    .optional(),
});

const middlewareSpec = z.looseObject({
  addPrefix: z.looseObject({ prefix: z.string() }).optional(),
  stripPrefix: z.looseObject({ prefixes: strings, forceSlash: z.boolean().optional() }).optional(),
  stripPrefixRegex: z.looseObject({ regex: strings }).optional(),
  replacePath: z.looseObject({ path: z.string() }).optional(),
  replacePathRegex: z.looseObject({ regex: z.string(), replacement: z.string() }).optional(),
  headers: headers.optional(),
  redirectScheme: z
    .looseObject({
      scheme: z.string(),
      port: z.union([z.string(), z.number()]).optional(),
      permanent: z.boolean().optional(),
    })
    .optional(),
  redirectRegex: z
    .looseObject({ regex: z.string(), replacement: z.string(), permanent: z.boolean().optional() })
    .optional(),
  basicAuth: auth.optional(),
  digestAuth: auth.optional(),
  forwardAuth: forwardAuth.optional(),
  ipAllowList: allowList.optional(),
  ipWhiteList: allowList.optional(),
  rateLimit: z
    .looseObject({
      average: z.number().int().min(0).optional(),
      period: durationOrSeconds.optional(),
      burst: z.number().int().min(0).optional(),
      sourceCriterion: sourceCriterion.optional(),
    })
    .optional(),
  inFlightReq: z
    .looseObject({ amount: z.number().int().min(0), sourceCriterion: sourceCriterion.optional() })
    .optional(),
  buffering: z
    .looseObject({
      maxRequestBodyBytes: z.number().int().optional(),
      maxResponseBodyBytes: z.number().int().optional(),
    })
    .optional(),
  retry: z
    .looseObject({ attempts: z.number().int().min(0), initialInterval: durationOrSeconds.optional() })
    .optional(),
  circuitBreaker: z
    .looseObject({
      expression: z.string(),
      checkPeriod: durationOrSeconds.optional(),
      fallbackDuration: durationOrSeconds.optional(),
      recoveryDuration: durationOrSeconds.optional(),
      responseCode: z.number().int().optional(),
    })
    .optional(),
  compress: z
    .looseObject({
      excludedContentTypes: strings.optional(),
      includedContentTypes: strings.optional(),
      minResponseBodyBytes: z.number().int().optional(),
      encodings: strings.optional(),
      defaultEncoding: z.string().optional(),
    })
    .optional(),
  errors: z
    .looseObject({
      status: strings,
      service: traefikServiceReference,
      query: z.string().optional(),
      errorRequestHeaders: strings.optional(),
    })
    .optional(),
  chain: z.looseObject({ middlewares: z.array(objectReference) }).optional(),
  contentType: z.looseObject({ autoDetect: z.boolean().optional() }).optional(),
  passTLSClientCert: z.looseObject({ pem: z.boolean().optional() }).optional(),
  /** By name of the plugin; `compile/traefik/plugins` knows their options. */
  plugin: z.record(z.string(), z.unknown()).optional(),
});

/** Middleware of traefik.io/v1alpha1; its spec has one key, the kind of middleware it is. */
export const middlewareShape = objectShape({ spec: middlewareSpec });

export type Middleware = z.infer<typeof middlewareShape>;

export type MiddlewareSpecObject = Middleware['spec'];
