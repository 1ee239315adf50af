import { describe, expect, test } from 'vitest';
import { errorsOf, type Row } from './spec-table.ts';

const service = 'service: {name: s, port: {number: 80}}';
const long = (length: number): string => 'x'.repeat(length);
const repeat = (count: number, make: (index: number) => string): string =>
  `[${Array.from({ length: count }, (_, index) => make(index)).join(', ')}]`;
const matcher = (text: string): string =>
  `{pathPrefix: /a, service: {name: s, port: {number: 80}, openApiSpec: {path: /o, operationSets: [{name: n, matchers: [${text}]}]}}}`;
const matcherField = 'spec.service.openApiSpec.operationSets[0].matchers[0]';

const valid: Record<string, readonly (readonly [kind: string, spec: string])[]> = {
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

const invalid: Record<string, readonly Row[]> = {
  'API (§1.4)': [
    ['API', '', 'spec: Required value'],
    ['API', service, 'spec.pathPrefix: Required value'],
    ['API', 'pathPrefix: /a', 'spec: Invalid value: "object": currentVersion or service must be defined'],
    [
      'API',
      `{pathPrefix: /a, currentVersion: v, ${service}}`,
      'spec: Invalid value: "object": currentVersion and service are mutually exclusive',
    ],
    [
      'API',
      '{pathPrefix: /a, currentVersion: v, cors: {}}',
      'spec: Invalid value: "object": currentVersion and cors are mutually exclusive',
    ],
    [
      'API',
      '{pathPrefix: /a, currentVersion: v, headers: {}}',
      'spec: Invalid value: "object": currentVersion and headers are mutually exclusive',
    ],
    ['API', `{pathPrefix: a, ${service}}`, `spec.pathPrefix: Invalid value: "a": must start with a '/'`],
    ['API', `{pathPrefix: "", ${service}}`, `spec.pathPrefix: Invalid value: "": must start with a '/'`],
    [
      'API',
      `{pathPrefix: /a/../b, ${service}}`,
      `spec.pathPrefix: Invalid value: "/a/../b": cannot contains '../'`,
    ],
    [
      'API',
      `{pathPrefix: /a/.., ${service}}`,
      `spec.pathPrefix: Invalid value: "/a/..": cannot contains '../'`,
    ],
    [
      'API',
      `{pathPrefix: /${long(255)}, ${service}}`,
      'spec.pathPrefix: Too long: may not be more than 255 bytes',
    ],
    [
      'API',
      '{pathPrefix: /a, service: {}}',
      'spec.service.name: Required value',
      'spec.service.port: Required value',
    ],
    [
      'API',
      '{pathPrefix: /a, service: {name: s, port: {}}}',
      'spec.service.port: Invalid value: "object": name or number must be defined',
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
      '{pathPrefix: /a, service: {name: s, port: {number: 80}, openApiSpec: {}}}',
      'spec.service.openApiSpec: Invalid value: "object": path or url must be defined',
    ],
    [
      'API',
      '{pathPrefix: /a, service: {name: s, port: {number: 80}, openApiSpec: {url: "a b"}}}',
      'spec.service.openApiSpec.url: Invalid value: "a b": must be a valid URL',
    ],
    [
      'API',
      '{pathPrefix: /a, service: {name: s, port: {number: 80}, openApiSpec: {path: o.json}}}',
      `spec.service.openApiSpec.path: Invalid value: "o.json": must start with a '/'`,
    ],
    [
      'API',
      '{pathPrefix: /a, service: {name: s, port: {number: 80}, openApiSpec: {path: /../o}}}',
      `spec.service.openApiSpec.path: Invalid value: "/../o": cannot contains '../'`,
    ],
    [
      'API',
      `{pathPrefix: /a, service: {name: s, port: {number: 80}, openApiSpec: {path: /o, operationSets: ${repeat(101, (i) => `{name: n${i}, matchers: [{path: /a}]}`)}}}}`,
      'spec.service.openApiSpec.operationSets: Too many: 101: must have at most 100 items',
    ],
    [
      'API',
      `{pathPrefix: /a, ${service}, cors: {maxAge: 1.5, allowCredentials: "yes"}}`,
      'spec.cors.maxAge: Invalid value: "number": spec.cors.maxAge in body must be of type integer: "number"',
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
  'operation sets (§1.6)': [
    [
      'API',
      '{pathPrefix: /a, service: {name: s, port: {number: 80}, openApiSpec: {path: /o, operationSets: [{}]}}}',
      'spec.service.openApiSpec.operationSets[0].name: Required value',
      'spec.service.openApiSpec.operationSets[0].matchers: Required value',
    ],
    [
      'API',
      `{pathPrefix: /a, service: {name: s, port: {number: 80}, openApiSpec: {path: /o, operationSets: [{name: ${long(254)}, matchers: []}]}}}`,
      'spec.service.openApiSpec.operationSets[0].name: Too long: may not be more than 253 bytes',
      'spec.service.openApiSpec.operationSets[0].matchers: Invalid value: 0: spec.service.openApiSpec.operationSets[0].matchers in body should have at least 1 items',
    ],
    [
      'API',
      matcher('{}'),
      `${matcherField}: Invalid value: 0: ${matcherField} in body should have at least 1 properties`,
    ],
    ...[
      '{path: /a, pathPrefix: /a}',
      '{path: /a, pathRegex: a}',
      '{pathPrefix: /a, pathRegex: a}',
      '{path: /a, pathPrefix: /b, pathRegex: a}',
    ].map((text): Row => [
      'API',
      matcher(text),
      `${matcherField}: Invalid value: "object": path, pathPrefix and pathRegex are mutually exclusive`,
    ]),
    ['API', matcher('{path: a}'), `${matcherField}.path: Invalid value: "a": must start with a '/'`],
    [
      'API',
      matcher('{pathPrefix: /a/../b}'),
      `${matcherField}.pathPrefix: Invalid value: "/a/../b": cannot contains '../'`,
    ],
    [
      'API',
      matcher(`{methods: ${repeat(11, () => 'GET')}}`),
      `${matcherField}.methods: Too many: 11: must have at most 10 items`,
    ],
    [
      'API',
      matcher(Array.from({ length: 101 }, () => '{path: /a}').join(', ')),
      'spec.service.openApiSpec.operationSets[0].matchers: Too many: 101: must have at most 100 items',
    ],
    [
      'APIAccess',
      `operationFilter: {include: ${repeat(101, (i) => `s${i}`)}}`,
      'spec.operationFilter.include: Too many: 101: must have at most 100 items',
    ],
  ],
  'APIVersion (§1.5)': [
    ['APIVersion', '{}', 'spec.apiName: Required value', 'spec.service: Required value'],
    ...['1.2', '1.2.3.4', '01.2.3', 'latest', 'v1.2.3-', ''].map((release): Row => [
      'APIVersion',
      `{apiName: a, ${service}, release: "${release}"}`,
      `spec.release: Invalid value: "${release}": must be a valid semver version`,
    ]),
    [
      'APIVersion',
      `{apiName: a, ${service}, release: 1.2.3-${long(95)}}`,
      'spec.release: Too long: may not be more than 100 bytes',
    ],
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
      'spec.service.port: Invalid value: "object": name or number must be defined',
    ],
    [
      'APIVersion',
      '{apiName: a, service: {name: s, port: {number: 1}, openApiSpec: {}}}',
      'spec.service.openApiSpec: Invalid value: "object": path or url must be defined',
    ],
  ],
  'APIAccess (§1.7)': [
    [
      'APIAccess',
      '{groups: [a], anyGroups: true}',
      'spec: Invalid value: "object": groups and anyGroups are mutually exclusive',
    ],
    ['APIAccess', 'apis: [{name: a}, {name: a}]', 'spec.apis: Invalid value: "array": duplicated apis'],
    [
      'APIAccess',
      'apis: [{name: a}, {name: a, namespace: default}]',
      'spec.apis: Invalid value: "array": duplicated apis',
    ],
    [
      'APIAccess',
      'apis: [{name: a, namespace: ""}, {name: a, namespace: default}]',
      'spec.apis: Invalid value: "array": duplicated apis',
    ],
    [
      'APIAccess',
      'apis: [{}, {namespace: n}]',
      'spec.apis[0].name: Required value',
      'spec.apis[1].name: Required value',
    ],
    [
      'APIAccess',
      `apis: [{name: ${long(254)}}, {name: a, namespace: ${long(64)}}]`,
      'spec.apis[0].name: Too long: may not be more than 253 bytes',
      'spec.apis[1].namespace: Too long: may not be more than 63 bytes',
    ],
    [
      'APIAccess',
      `apis: ${repeat(101, (i) => `{name: a${i}}`)}`,
      'spec.apis: Too many: 101: must have at most 100 items',
    ],
    [
      'APIAccess',
      'apiCollections: [{name: a}, {name: a}]',
      'spec.apiCollections: Invalid value: "array": duplicated collections',
    ],
    ['APIAccess', 'apiCollections: [{}]', 'spec.apiCollections[0].name: Required value'],
    [
      'APIAccess',
      `apiCollections: ${repeat(101, (i) => `{name: a${i}}`)}`,
      'spec.apiCollections: Too many: 101: must have at most 100 items',
    ],
    [
      'APIAccess',
      'apiSelector: {matchExpressions: [{values: [a]}]}',
      'spec.apiSelector.matchExpressions[0].key: Required value',
      'spec.apiSelector.matchExpressions[0].operator: Required value',
    ],
  ],
  'APICollection (§1.8)': [
    ['APICollection', 'pathPrefix: p', `spec.pathPrefix: Invalid value: "p": must start with a '/'`],
    [
      'APICollection',
      'apis: [{name: a}, {name: b}, {name: a}]',
      'spec.apis: Invalid value: "array": duplicated apis',
    ],
    [
      'APICollection',
      `apis: ${repeat(101, (i) => `{name: a${i}}`)}`,
      'spec.apis: Too many: 101: must have at most 100 items',
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
      'customDomains: [a.example.com, a.example.com]',
      'spec.customDomains: Invalid value: "array": duplicate domains',
    ],
    [
      'APIGateway',
      `customDomains: ${repeat(21, (i) => `d${i}.example.com`)}`,
      'spec.customDomains: Too many: 21: must have at most 20 items',
    ],
    [
      'APIGateway',
      `customDomains: ["${`${long(60)}.`.repeat(5)}com"]`,
      'spec.customDomains[0]: Too long: may not be more than 253 bytes',
    ],
    [
      'APIGateway',
      'apiAccesses: a',
      'spec.apiAccesses: Invalid value: "string": spec.apiAccesses in body must be of type array: "string"',
    ],
  ],
  'APIPortal (§1.10)': [
    ['APIPortal', '{}', 'spec.apiGateway: Required value'],
    [
      'APIPortal',
      '{apiGateway: g, ui: {service: {port: {}}}}',
      'spec.ui.service.name: Required value',
      'spec.ui.service.port: Invalid value: "object": name or number must be defined',
    ],
    [
      'APIPortal',
      '{apiGateway: g, customDomains: [x]}',
      'spec.customDomains[0]: Invalid value: "x": custom domain must be a valid domain name',
    ],
    [
      'APIPortal',
      '{apiGateway: g, customDomains: [a.b, a.b]}',
      'spec.customDomains: Invalid value: "array": duplicate domains',
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
      'spec: Invalid value: "object": groups and anyGroups are mutually exclusive',
    ],
    [
      'APIRateLimit',
      '{limit: 1, apis: [{name: a}, {name: a}]}',
      'spec.apis: Invalid value: "array": duplicated apis',
    ],
  ],
  'AccessControlPolicy (§1.2)': [
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

describe.each(Object.entries(valid))('%s accepts', (_section, rows) => {
  test.each(rows)('%s %s', (kind, spec) => {
    expect(errorsOf(kind, spec, 'v2')).toEqual([]);
  });
});

describe.each(Object.entries(invalid))('%s refuses', (_section, rows) => {
  test.each(rows)('%s %.90s', (kind, spec, ...errors) => {
    expect([...errorsOf(kind, spec, 'v2')].toSorted()).toEqual([...errors].toSorted());
  });
});
