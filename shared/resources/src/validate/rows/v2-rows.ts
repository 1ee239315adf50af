import {
  filterRows,
  lengthRows,
  long,
  namespacedReferenceRows,
  openApiRows,
  pathRows,
  placeAt,
  referenceRows,
  repeat,
  selectorRows,
} from './fragment-rows.ts';
import type { Row, ValidRow } from './row.ts';

const service = 'service: {name: s, port: {number: 80}}';
const matcher = (text: string): string =>
  `{pathPrefix: /a, service: {name: s, port: {number: 80}, openApiSpec: {path: /o, operationSets: [{name: n, matchers: [${text}]}]}}}`;

/** Specs of generation v2 that are valid, by what they show. For tests. */
export const v2Valid: Record<string, readonly ValidRow[]> = {
  'API (§1.4)': [
    ['API', `{pathPrefix: /a, ${service}}`],
    ['API', '{pathPrefix: /a, service: {name: s, port: {name: http}}}'],
    ['API', '{pathPrefix: /a, currentVersion: v1}'],
    ['API', `{pathPrefix: /${long(254)}, ${service}}`],
    ['API', `{pathPrefix: /a/..b, ${service}}`],
    [
      'API',
      '{pathPrefix: /a, service: {name: s, port: {number: 1}, openApiSpec: {url: "https://a.example/o.json"}}}',
    ],
    ['API', '{pathPrefix: /a, service: {name: s, port: {number: 1}, openApiSpec: {path: /o.json}}}'],
    [
      'API',
      `{pathPrefix: /a, ${service}, headers: {request: {set: {A: b}, delete: [C]}, response: {set: {A: b}, delete: [C]}}}`,
    ],
    [
      'API',
      `{pathPrefix: /a, ${service}, cors: {allowCredentials: true, allowHeaders: [a], allowMethods: [GET], allowOriginList: [o], allowOriginListRegex: [o], exposeHeaders: [e], maxAge: 600}}`,
    ],
    ['API', matcher('{path: /x}')],
    ['API', matcher('{pathRegex: "^/x", methods: [GET, POST]}')],
    ['API', matcher('{methods: [GET]}')],
  ],
  'APIVersion (§1.5)': [
    ['APIVersion', `{apiName: a, ${service}, release: 1.2.3}`],
    ['APIVersion', `{apiName: a, ${service}, release: v1.2.3-rc.1+build.5, title: T, stripPathPrefix: true}`],
    [
      'APIVersion',
      `{apiName: a, ${service}, routes: [{pathPrefix: /v1, headers: {A: b}, queryParams: {v: "1"}}]}`,
    ],
  ],
  'APIAccess (§1.7)': [
    ['APIAccess', ''],
    ['APIAccess', '{groups: [a], anyGroups: false}'],
    ['APIAccess', '{groups: [], anyGroups: true}'],
    [
      'APIAccess',
      '{apis: [{name: a}, {name: a, namespace: other}], apiCollections: [{name: c}], operationFilter: {include: []}}',
    ],
    ['APIAccess', '{apiSelector: {matchExpressions: [{key: k, operator: NotIn, values: [v, w]}]}}'],
    [
      'APIAccess',
      '{apiSelector: {}, apiCollectionSelector: {matchLabels: {a: b}, matchExpressions: [{key: k, operator: In, values: [v]}]}}',
    ],
  ],
  'APICollection (§1.8)': [
    ['APICollection', '{}'],
    [
      'APICollection',
      '{pathPrefix: /p, apis: [{name: a, namespace: n}], apiSelector: {matchLabels: {a: b}}}',
    ],
  ],
  'APIGateway (§1.9)': [
    ['APIGateway', '{apiAccesses: [a], customDomains: [api.example.com, xn--bcher-kva.example]}'],
  ],
  'APIPortal (§1.10)': [
    [
      'APIPortal',
      '{apiGateway: g, title: T, description: D, customDomains: [p.example.com], ui: {logoUrl: "https://l", service: {name: s, namespace: n, port: {name: http}}}}',
    ],
  ],
  'APIRateLimit (§1.11)': [
    ['APIRateLimit', '{limit: 0, period: 1s, strategy: local, groups: [a]}'],
    [
      'APIRateLimit',
      '{limit: 10, period: 1h, strategy: distributed, anyGroups: true, apis: [{name: a}], apiSelector: {}}',
    ],
    ['APIRateLimit', '{limit: 10, period: 90s}'],
  ],
  'AccessControlPolicy (§1.2)': [
    [
      'AccessControlPolicy',
      '{jwt: {publicKey: p, signingSecretBase64Encoded: true, forwardHeaders: {A: b}, claims: c, tokenQueryKey: t, stripAuthorizationHeader: true, jwksFile: f, jwksUrl: u, signingSecret: s}}',
    ],
    [
      'AccessControlPolicy',
      '{basicAuth: {users: ["a:b"], realm: r, stripAuthorizationHeader: true, forwardUsernameHeader: U}}',
    ],
    [
      'AccessControlPolicy',
      '{apiKey: {keySource: {header: A, headerAuthScheme: Bearer, query: q, cookie: c}, keys: [{id: i, value: v, metadata: {a: b}}], forwardHeaders: {A: b}}}',
    ],
    [
      'AccessControlPolicy',
      '{oidc: {issuer: i, clientId: c, secret: {name: n, namespace: s}, redirectUrl: /c, logoutUrl: /l, disableAuthRedirectionPaths: [/a], authParams: {a: b}, stateCookie: {sameSite: lax, secure: true, domain: d, path: /}, session: {sameSite: lax, secure: true, domain: d, path: /, refresh: false}, scopes: [openid], forwardHeaders: {A: b}, claims: c}}',
    ],
    ['AccessControlPolicy', '{oidcGoogle: {clientId: c, emails: [a@b.example]}}'],
    [
      'AccessControlPolicy',
      '{oAuthIntro: {clientConfig: {url: "https://i", headers: {A: b}, tokenTypeHint: t, tls: {ca: c, insecureSkipVerify: true}, timeoutSeconds: 1, maxRetries: 1}, tokenSource: {header: A}, claims: c, forwardHeaders: {A: b}}}',
    ],
    ['AccessControlPolicy', '{}'],
  ],
  'EdgeIngress (§1.3)': [
    ['EdgeIngress', '{service: {name: s, port: 80}, acp: {name: a}, customDomains: [a.example.com]}'],
  ],
};

/** Specs of generation v2 that break rules, and how, by what they show. For tests. */
export const v2Invalid: Record<string, readonly Row[]> = {
  'API (§1.4)': [
    ['API', '', 'spec: Required value'],
    ['API', service, 'spec.pathPrefix: Required value'],
    ['API', 'pathPrefix: /a', 'spec: Invalid value: currentVersion or service must be defined'],
    [
      'API',
      `{pathPrefix: /a, currentVersion: v, ${service}}`,
      'spec: Invalid value: currentVersion and service are mutually exclusive',
    ],
    [
      'API',
      '{pathPrefix: /a, currentVersion: v, cors: {}}',
      'spec: Invalid value: currentVersion and cors are mutually exclusive',
    ],
    [
      'API',
      '{pathPrefix: /a, currentVersion: v, headers: {}}',
      'spec: Invalid value: currentVersion and headers are mutually exclusive',
    ],
    ['API', `{pathPrefix: "", ${service}}`, `spec.pathPrefix: Invalid value: "": must start with a '/'`],
    [
      'API',
      '{pathPrefix: /a, service: {}}',
      'spec.service.name: Required value',
      'spec.service.port: Required value',
    ],
    [
      'API',
      '{pathPrefix: /a, service: {name: s, port: {}}}',
      'spec.service.port: Invalid value: name or number must be defined',
    ],
    [
      'API',
      '{pathPrefix: /a, service: {name: s, port: {number: "80"}}}',
      'spec.service.port.number: Invalid value: "string": spec.service.port.number in body must be of type integer: "string"',
    ],
    [
      'API',
      '{pathPrefix: /a, service: {name: s, port: 80}}',
      'spec.service.port: Invalid value: "integer": spec.service.port in body must be of type object: "integer"',
    ],
    [
      'API',
      `{pathPrefix: /a, ${service}, cors: {maxAge: 1.5, allowCredentials: "yes"}}`,
      'spec.cors.maxAge: Invalid value: "float64": spec.cors.maxAge in body must be of type int64: "float64"',
      'spec.cors.allowCredentials: Invalid value: "string": spec.cors.allowCredentials in body must be of type boolean: "string"',
    ],
    [
      'API',
      `{pathPrefix: /a, ${service}, headers: {request: {set: [a], delete: {a: b}}}}`,
      'spec.headers.request.set: Invalid value: "array": spec.headers.request.set in body must be of type object: "array"',
      'spec.headers.request.delete: Invalid value: "object": spec.headers.request.delete in body must be of type array: "object"',
    ],
    [
      'API',
      `{pathPrefix: /a, ${service}, headers: {request: {set: {A: 1}}}}`,
      'spec.headers.request.set.A: Invalid value: "integer": spec.headers.request.set.A in body must be of type string: "integer"',
    ],
  ],
  'parts that several kinds have (§1.4–§1.8)': [
    ...openApiRows({
      kind: 'API',
      field: 'spec.service.openApiSpec',
      wrap: (part) => `{pathPrefix: /a, service: {name: s, port: {number: 80}, openApiSpec: ${part}}}`,
    }),
    ...openApiRows({
      kind: 'APIVersion',
      field: 'spec.service.openApiSpec',
      wrap: (part) => `{apiName: a, service: {name: s, port: {number: 80}, openApiSpec: ${part}}}`,
    }),
    ...pathRows(placeAt('API', 'pathPrefix', service)),
    ...pathRows(placeAt('APICollection', 'pathPrefix')),
    ...pathRows({
      kind: 'APIVersion',
      field: 'spec.routes[0].pathPrefix',
      wrap: (part) => `{apiName: a, ${service}, routes: [{pathPrefix: ${part}}]}`,
    }),
    ...namespacedReferenceRows(placeAt('APIAccess', 'apis')),
    ...namespacedReferenceRows(placeAt('APICollection', 'apis')),
    ...namespacedReferenceRows(placeAt('APIRateLimit', 'apis', 'limit: 1')),
    ...referenceRows(placeAt('APIAccess', 'apiCollections'), 'duplicated collections'),
    ...selectorRows(placeAt('APIAccess', 'apiSelector')),
    ...selectorRows(placeAt('APIAccess', 'apiCollectionSelector')),
    ...selectorRows(placeAt('APICollection', 'apiSelector')),
    ...selectorRows(placeAt('APIRateLimit', 'apiSelector', 'limit: 1')),
    ...filterRows(placeAt('APIAccess', 'operationFilter')),
    ...lengthRows(placeAt('APIVersion', 'release', `apiName: a, ${service}`), 100),
    ...(['APIGateway', 'APIPortal'] as const).flatMap((kind): readonly Row[] => {
      const place = placeAt(kind, 'customDomains', kind === 'APIPortal' ? 'apiGateway: g' : '');
      const bad = [
        'Api.example.com',
        'localhost',
        '*.example.com',
        '-a.example.com',
        'a..b',
        'a.example.com.',
      ];
      return [
        ...bad.map((domain): Row => [
          kind,
          place.wrap(`["${domain}"]`),
          `spec.customDomains[0]: Invalid value: "${domain}": custom domain must be a valid domain name`,
        ]),
        [
          kind,
          place.wrap('[a.example.com, a.example.com]'),
          'spec.customDomains: Invalid value: duplicate domains',
        ],
        [
          kind,
          place.wrap(repeat(21, (i) => `d${i}.example.com`)),
          'spec.customDomains: Too many: 21: must have at most 20 items',
        ],
        [
          kind,
          place.wrap(`["${`${long(60)}.`.repeat(5)}com"]`),
          'spec.customDomains[0]: Too long: may not be more than 253 bytes',
        ],
      ];
    }),
  ],
  'APIVersion (§1.5)': [
    [
      'APIVersion',
      '{apiName: a, service: {}}',
      'spec.service.name: Required value',
      'spec.service.port: Required value',
    ],
    ['APIVersion', '{}', 'spec.apiName: Required value', 'spec.service: Required value'],
    ...['1.2', '1.2.3.4', '01.2.3', 'latest', 'v1.2.3-', ''].map((release): Row => [
      'APIVersion',
      `{apiName: a, ${service}, release: "${release}"}`,
      `spec.release: Invalid value: "${release}": must be a valid semver version`,
    ]),
    [
      'APIVersion',
      `{apiName: a, ${service}, routes: ${repeat(11, () => '{pathPrefix: /a}')}}`,
      'spec.routes: Too many: 11: must have at most 10 items',
    ],
    [
      'APIVersion',
      `{apiName: a, ${service}, routes: [{pathPrefix: v1}, {pathPrefix: /v1/../v2}]}`,
      `spec.routes[0].pathPrefix: Invalid value: "v1": must start with a '/'`,
      `spec.routes[1].pathPrefix: Invalid value: "/v1/../v2": cannot contains '../'`,
    ],
    [
      'APIVersion',
      `{apiName: a, ${service}, routes: [{queryParams: {v: 1}}]}`,
      'spec.routes[0].queryParams.v: Invalid value: "integer": spec.routes[0].queryParams.v in body must be of type string: "integer"',
    ],
    [
      'APIVersion',
      '{apiName: a, service: {name: s, port: {}}}',
      'spec.service.port: Invalid value: name or number must be defined',
    ],
  ],
  'APIAccess (§1.7)': [
    [
      'APIAccess',
      '{groups: [a], anyGroups: true}',
      'spec: Invalid value: groups and anyGroups are mutually exclusive',
    ],
  ],
  'APIGateway (§1.9)': [
    ...['Api.example.com', 'localhost', '*.example.com', '-a.example.com', 'a..b', 'a.example.com.'].map(
      (domain): Row => [
        'APIGateway',
        `customDomains: ["${domain}"]`,
        `spec.customDomains[0]: Invalid value: "${domain}": custom domain must be a valid domain name`,
      ],
    ),
    [
      'APIGateway',
      'apiAccesses: a',
      'spec.apiAccesses: Invalid value: "string": spec.apiAccesses in body must be of type array: "string"',
    ],
  ],
  'APIPortal (§1.10)': [
    ['APIPortal', '{apiGateway: g, ui: {service: {name: s}}}', 'spec.ui.service.port: Required value'],
    ['APIPortal', '{}', 'spec.apiGateway: Required value'],
    [
      'APIPortal',
      '{apiGateway: g, ui: {service: {port: {}}}}',
      'spec.ui.service.name: Required value',
      'spec.ui.service.port: Invalid value: name or number must be defined',
    ],
  ],
  'APIRateLimit (§1.11)': [
    ['APIRateLimit', '{}', 'spec.limit: Required value'],
    ['APIRateLimit', 'limit: -1', 'spec.limit: Invalid value: -1: must be a positive number'],
    ...['999ms', '1h0m1s', '0s', '-5s'].map((period): Row => [
      'APIRateLimit',
      `{limit: 1, period: ${period}}`,
      `spec.period: Invalid value: "${period}": must be between 1s and 1h`,
    ]),
    [
      'APIRateLimit',
      '{limit: 1, period: soon}',
      'spec.period: Invalid value: "soon": spec.period in body must be of type duration: "soon"',
    ],
    [
      'APIRateLimit',
      '{limit: 1, strategy: global}',
      'spec.strategy: Unsupported value: "global": supported values: "local", "distributed"',
    ],
    [
      'APIRateLimit',
      '{limit: 1, anyGroups: true, groups: [a]}',
      'spec: Invalid value: groups and anyGroups are mutually exclusive',
    ],
  ],
  'AccessControlPolicy (§1.2)': [
    ['AccessControlPolicy', 'oidcGoogle: {secret: {}}', 'spec.oidcGoogle.secret.name: Required value'],
    [
      'AccessControlPolicy',
      'apiKey: {keys: [{metadata: {a: b}}]}',
      'spec.apiKey.keySource: Required value',
      'spec.apiKey.keys[0].id: Required value',
      'spec.apiKey.keys[0].value: Required value',
    ],
    [
      'AccessControlPolicy',
      'oidcGoogle: {emails: []}',
      'spec.oidcGoogle.emails: Invalid value: 0: spec.oidcGoogle.emails in body should have at least 1 items',
    ],
    [
      'AccessControlPolicy',
      'oAuthIntro: {}',
      'spec.oAuthIntro.clientConfig: Required value',
      'spec.oAuthIntro.tokenSource: Required value',
    ],
    [
      'AccessControlPolicy',
      'oAuthIntro: {clientConfig: {}, tokenSource: {}}',
      'spec.oAuthIntro.clientConfig.url: Required value',
    ],
    ['AccessControlPolicy', 'oidc: {secret: {}}', 'spec.oidc.secret.name: Required value'],
  ],
  'EdgeIngress (§1.3)': [
    ['EdgeIngress', '{}', 'spec.service: Required value'],
    [
      'EdgeIngress',
      '{service: {}, acp: {}}',
      'spec.acp.name: Required value',
      'spec.service.name: Required value',
      'spec.service.port: Required value',
    ],
    [
      'EdgeIngress',
      '{service: {name: s, port: http}}',
      'spec.service.port: Invalid value: "string": spec.service.port in body must be of type integer: "string"',
    ],
  ],
};
