import { ldapPart as ldap } from './v3-part-rows.ts';
import type { ValidRow } from './row.ts';

/** Specs of generation v3 that are valid, by what they show. For tests. */
export const v3Valid: Record<string, readonly ValidRow[]> = {
  'API (§1.4)': [
    ['API', ''],
    ['API', '{}'],
    [
      'API',
      '{title: T, description: D, openApiSpec: {url: "https://a.example/o", override: {servers: [{url: "https://s"}]}, operationSets: [{name: n, matchers: [{path: /a}]}], validateRequestMethodAndPath: true, validateRequestBodySchema: false, refreshInterval: 1m}}',
    ],
    [
      'API',
      '{versions: [{name: v1}], cors: {allowOriginsList: [a], allowOriginListRegex: [a], allowMethodsList: [a], allowHeadersList: [a], exposeHeadersList: [a], maxAge: 1, addVaryHeader: true, allowCredentials: true}}',
    ],
  ],
  'APIVersion (§1.5)': [
    ['APIVersion', '{release: v1.0.0, title: T, description: D, openApiSpec: {path: /o}, cors: {}}'],
  ],
  'APIAccess (§1.7)': [
    [
      'APIAccess',
      '{groups: [a], apiBundles: [{name: b}], apis: [{name: a}], operationFilter: {}, apiPlan: {name: p}, weight: 0}',
    ],
  ],
  'APIPortal (§1.10)': [
    [
      'APIPortal',
      '{title: T, description: D, trustedUrls: ["https://p.example"], ui: {logoUrl: l}, auth: {name: a}}',
    ],
  ],
  'APIRateLimit (§1.11)': [
    ['APIRateLimit', '{limit: 1, period: 1h, strategy: local, everyone: true, apis: [{name: a}]}'],
  ],
  'APIPlan (§1.12)': [
    [
      'APIPlan',
      '{title: T, rateLimit: {limit: 0, period: 1s, bucket: application}, quota: {limit: 1, period: 9999h, bucket: application-api}}',
    ],
  ],
  'APIBundle (§1.13)': [['APIBundle', '{title: T, apiSelector: {}, apis: [{name: a}]}']],
  'APICatalogItem (§1.14)': [
    [
      'APICatalogItem',
      '{everyone: true, apis: [{name: a}], apiBundles: [{name: b}], apiPlan: {name: p}, operationFilter: {include: [s]}}',
    ],
    ['APICatalogItem', '{groups: [a], everyone: false}'],
  ],
  'ManagedSubscription (§1.15)': [
    [
      'ManagedSubscription',
      '{apiPlan: {name: p}, applications: [{appId: a}], managedApplications: [{name: a}], managedApplicationSelector: {}, apis: [{name: a}], weight: 5, claims: c}',
    ],
  ],
  'ManagedApplication (§1.16)': [
    [
      'ManagedApplication',
      '{appId: a, owner: o, notes: n, apiKeys: [{secretName: s}, {value: v, title: t, suspended: true}]}',
    ],
  ],
  'APIAuth (§1.17)': [
    ['APIAuth', '{isDefault: true, apiKey: {}}'],
    ['APIAuth', '{isDefault: true, apiKey: {keySource: {header: Authorization, headerAuthScheme: Key}}}'],
    [
      'APIAuth',
      '{isDefault: false, jwt: {appIdClaim: azp, trustedIssuers: [{jwksUrl: "https://a"}, {jwksUrl: "https://b", issuer: i}]}}',
    ],
    [
      'APIAuth',
      `{isDefault: false, ldap: {${ldap}, startTls: true, bindDn: b, bindPasswordSecretName: s, searchFilter: "(uid=%s)"}}`,
    ],
  ],
  'APIPortalAuth (§1.18)': [
    [
      'APIPortalAuth',
      '{oidc: {issuerUrl: "https://i", secretName: s, claims: {groups: g, userId: u}, scopes: [openid], syncedAttributes: [groups, userId, firstname, lastname, email, company]}}',
    ],
    ['APIPortalAuth', `{ldap: {${ldap}, attributes: {userId: uid}, groups: {}, syncedAttributes: [email]}}`],
  ],
  'ContentItem (§1.19)': [
    ['ContentItem', '{title: T, order: 0, parentRef: {kind: API, name: a}, content: "# Hello"}'],
    [
      'ContentItem',
      '{title: T, order: 1, parentRef: {kind: APIBundle, name: a}, link: {href: "https://a.example"}}',
    ],
  ],
  'Uplink (§1.20)': [
    [
      'Uplink',
      '{exposeName: ns-a.b, entryPoints: [web], weight: 0, healthCheck: {interval: 10, timeout: 5s, path: /h}, passiveHealthCheck: {failureWindow: 1m, maxFailedAttempts: 3}}',
    ],
  ],
  'AIService (§1.21)': [
    [
      'AIService',
      '{openai: {token: {secretName: s}, model: m, params: {temperature: 0.5, topP: 1, maxTokens: 10, frequencyPenalty: 0, presencePenalty: -1.5}}}',
    ],
    ['AIService', '{azureOpenai: {apiKeySecret: s, deploymentName: d, baseUrl: b}}'],
  ],
  'AccessControlPolicy (§1.2)': [['AccessControlPolicy', '{basicAuth: {users: ["a:b"]}}']],
};
