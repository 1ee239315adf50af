import { long, placeAt, repeat } from './fragment-rows.ts';
import type { Row } from './row.ts';
import { ldapPart as ldap, v3PartRows } from './v3-part-rows.ts';

/** Specs of generation v3 that break rules, and how, by what they show. For tests. */
export const v3Invalid: Record<string, readonly Row[]> = {
  'parts that several kinds have': v3PartRows,
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
      'oidcGoogle: {emails: [], secret: {}}',
      'spec.oidcGoogle.secret.name: Required value',
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
  'API (§1.4)': [
    ['API', `title: ${long(254)}`, 'spec.title: Too long: may not be more than 253 bytes'],
    [
      'API',
      'versions: []',
      'spec.versions: Invalid value: 0: spec.versions in body should have at least 1 items',
    ],
    [
      'API',
      `versions: ${repeat(101, (i) => `{name: v${i}}`)}`,
      'spec.versions: Too many: 101: must have at most 100 items',
    ],
    [
      'API',
      `versions: [{}, {name: ${long(254)}}]`,
      'spec.versions[0].name: Required value',
      'spec.versions[1].name: Too long: may not be more than 253 bytes',
    ],
  ],
  'APIVersion (§1.5)': [
    ['APIVersion', '{}', 'spec.release: Required value'],
    ['APIVersion', 'release: one', 'spec.release: Invalid value: "one": must be a valid semver version'],
  ],
  'APIAccess (§1.7)': [
    [
      'APIAccess',
      '{groups: [a], everyone: true}',
      'spec: Invalid value: groups and everyone are mutually exclusive',
    ],
    ['APIAccess', 'weight: -1', 'spec.weight: Invalid value: -1: must be a positive number'],
  ],
  'APIPortal (§1.10)': [
    ['APIPortal', '{}', 'spec.trustedUrls: Required value'],
    [
      'APIPortal',
      'trustedUrls: []',
      'spec.trustedUrls: Invalid value: 0: spec.trustedUrls in body should have at least 1 items',
    ],
    [
      'APIPortal',
      'trustedUrls: ["https://a", "https://b"]',
      'spec.trustedUrls: Too many: 2: must have at most 1 item',
    ],
    ['APIPortal', 'trustedUrls: [portal]', 'spec.trustedUrls: Invalid value: must be a valid URLs'],
    ['APIPortal', '{trustedUrls: ["https://a"], auth: {}}', 'spec.auth.name: Required value'],
  ],
  'APIRateLimit (§1.11)': [
    ['APIRateLimit', '{}', 'spec.limit: Required value'],
    [
      'APIRateLimit',
      '{limit: 1, strategy: global}',
      'spec.strategy: Unsupported value: "global": supported values: "local", "distributed"',
    ],
    [
      'APIRateLimit',
      '{limit: -1, period: 2h, groups: [a], everyone: true}',
      'spec: Invalid value: groups and everyone are mutually exclusive',
      'spec.limit: Invalid value: -1: must be a positive number',
      'spec.period: Invalid value: "2h": must be between 1s and 1h',
    ],
  ],
  'APIPlan (§1.12)': [
    [
      'APIPlan',
      '{title: T, quota: {limit: 1, bucket: all}}',
      'spec.quota.bucket: Unsupported value: "all": supported values: "subscription", "application-api", "application"',
    ],
    [
      'APIPlan',
      '{rateLimit: {}, quota: {}}',
      'spec.title: Required value',
      'spec.rateLimit.limit: Required value',
      'spec.quota.limit: Required value',
    ],
    [
      'APIPlan',
      '{title: T, rateLimit: {limit: -1, period: 2h, bucket: api}}',
      'spec.rateLimit.limit: Invalid value: -1: must be a positive number',
      'spec.rateLimit.period: Invalid value: "2h": must be between 1s and 1h',
      'spec.rateLimit.bucket: Unsupported value: "api": supported values: "subscription", "application-api", "application"',
    ],
    [
      'APIPlan',
      '{title: T, quota: {limit: -1, period: 10000h}}',
      'spec.quota.limit: Invalid value: -1: must be a positive number',
      'spec.quota.period: Invalid value: "10000h": must be between 1s and 9999h',
    ],
  ],
  'APIBundle (§1.13)': [
    [
      'APIBundle',
      `{title: ${long(254)}, apis: [{name: a}, {name: a}]}`,
      'spec.title: Too long: may not be more than 253 bytes',
      'spec.apis: Invalid value: duplicated apis',
    ],
  ],
  'APICatalogItem (§1.14)': [
    [
      'APICatalogItem',
      '{groups: [a], everyone: true}',
      'spec: Invalid value: groups and everyone are mutually exclusive',
    ],
    ['APICatalogItem', '{}', 'spec: Invalid value: groups is required when everyone is false'],
    [
      'APICatalogItem',
      '{groups: [], everyone: false}',
      'spec: Invalid value: groups is required when everyone is false',
    ],
  ],
  'ManagedSubscription (§1.15)': [
    [
      'ManagedSubscription',
      `{apiPlan: {name: p}, applications: ${repeat(101, (i) => `{appId: a${i}}`)}}`,
      'spec.applications: Too many: 101: must have at most 100 items',
    ],
    ['ManagedSubscription', '{}', 'spec.apiPlan: Required value'],
    [
      'ManagedSubscription',
      '{apiPlan: {}, applications: [{}], weight: -1, managedApplications: [{name: a}, {name: a}]}',
      'spec.apiPlan.name: Required value',
      'spec.applications[0].appId: Required value',
      'spec.weight: Invalid value: -1: must be a positive number',
      'spec.managedApplications: Invalid value: duplicated managed applications',
    ],
  ],
  'ManagedApplication (§1.16)': [
    [
      'ManagedApplication',
      `{appId: a, owner: o, apiKeys: ${repeat(101, () => '{}')}}`,
      'spec.apiKeys: Too many: 101: must have at most 100 items',
    ],
    ['ManagedApplication', '{}', 'spec.appId: Required value', 'spec.owner: Required value'],
    [
      'ManagedApplication',
      `{appId: a, owner: o, apiKeys: [{secretName: s, value: v}, {value: ${long(4097)}}]}`,
      'spec.apiKeys[0]: Invalid value: secretName and value are mutually exclusive',
      'spec.apiKeys[1].value: Too long: may not be more than 4096 bytes',
    ],
  ],
  'APIAuth (§1.17)': [
    [
      'APIAuth',
      `{isDefault: true, jwt: {appIdClaim: a, trustedIssuers: ${repeat(101, (i) => `{issuer: i${i}, jwksUrl: "https://a"}`)}}}`,
      'spec.jwt.trustedIssuers: Too many: 101: must have at most 100 items',
    ],
    [
      'APIAuth',
      '{isDefault: true, jwt: {appIdClaim: a, trustedIssuers: [{}]}}',
      'spec.jwt.trustedIssuers[0].jwksUrl: Required value',
    ],
    ['APIAuth', '{isDefault: true, ldap: {baseDn: d}}', 'spec.ldap.url: Required value'],
    [
      'APIAuth',
      '{}',
      'spec.isDefault: Required value',
      'spec: Invalid value: exactly one authentication method must be specified',
    ],
    [
      'APIAuth',
      `{isDefault: true, apiKey: {}, ldap: {${ldap}}}`,
      'spec: Invalid value: exactly one authentication method must be specified',
    ],
    [
      'APIAuth',
      '{isDefault: true, apiKey: {keySource: {}}}',
      'spec.apiKey.keySource: Invalid value: 0: spec.apiKey.keySource in body should have at least 1 properties',
    ],
    [
      'APIAuth',
      '{isDefault: true, apiKey: {keySource: {header: X-Key, headerAuthScheme: Bearer}}}',
      `spec.apiKey.keySource: Invalid value: headerAuthScheme can only be used when header is 'Authorization'`,
    ],
    ['APIAuth', '{isDefault: true, jwt: {publicKey: k}}', 'spec.jwt.appIdClaim: Required value'],
    [
      'APIAuth',
      '{isDefault: true, jwt: {appIdClaim: a, publicKey: k, jwksFile: f}}',
      'spec.jwt: Invalid value: exactly one of signingSecretName, publicKey, jwksFile, jwksUrl or trustedIssuers must be specified',
    ],
    [
      'APIAuth',
      '{isDefault: true, jwt: {appIdClaim: a, jwksUrl: "http://a"}}',
      'spec.jwt.jwksUrl: Invalid value: "http://a": must be a valid HTTPS URL',
    ],
    [
      'APIAuth',
      '{isDefault: true, jwt: {appIdClaim: a, trustedIssuers: [{jwksUrl: "https://a"}, {jwksUrl: "http://b"}]}}',
      'spec.jwt.trustedIssuers: Invalid value: at most one trusted issuer can be without issuer',
      'spec.jwt.trustedIssuers[1].jwksUrl: Invalid value: "http://b": must be a valid HTTPS URL',
    ],
    [
      'APIAuth',
      '{isDefault: true, jwt: {appIdClaim: a, trustedIssuers: []}}',
      'spec.jwt.trustedIssuers: Invalid value: 0: spec.jwt.trustedIssuers in body should have at least 1 items',
    ],
    [
      'APIAuth',
      '{isDefault: true, ldap: {url: "https://d"}}',
      'spec.ldap.baseDn: Required value',
      'spec.ldap.url: Invalid value: "https://d": must be a valid LDAP URL',
    ],
  ],
  'APIPortalAuth (§1.18)': [
    ['APIPortalAuth', '{ldap: {}}', 'spec.ldap.baseDn: Required value', 'spec.ldap.url: Required value'],
    [
      'APIPortalAuth',
      '{ldap: {url: "https://d", baseDn: d}}',
      'spec.ldap.url: Invalid value: "https://d": must be a valid LDAP URL',
    ],
    [
      'APIPortalAuth',
      '{oidc: {issuerUrl: i, secretName: s}}',
      'spec.oidc.claims: Required value',
      'spec.oidc.issuerUrl: Invalid value: "i": must be a valid URL',
    ],
    [
      'APIPortalAuth',
      `{oidc: {issuerUrl: "https://i", secretName: s, claims: {groups: g}, syncedAttributes: ${repeat(7, () => 'email')}}}`,
      'spec.oidc.syncedAttributes: Too many: 7: must have at most 6 items',
    ],
    [
      'APIPortalAuth',
      '{oidc: {issuerUrl: "https://i", secretName: s, claims: {groups: g}, syncedAttributes: [phone]}}',
      'spec.oidc.syncedAttributes[0]: Unsupported value: "phone": supported values: "groups", "userId", "firstname", "lastname", "email", "company"',
    ],
    ['APIPortalAuth', '{}', 'spec: Invalid value: exactly one of oidc or ldap must be specified'],
    [
      'APIPortalAuth',
      '{oidc: {claims: {}}}',
      'spec.oidc.issuerUrl: Required value',
      'spec.oidc.secretName: Required value',
      'spec.oidc.claims.groups: Required value',
    ],
    [
      'APIPortalAuth',
      `{ldap: {${ldap}, syncedAttributes: [phone]}}`,
      'spec.ldap.syncedAttributes[0]: Unsupported value: "phone": supported values: "groups", "userId", "firstname", "lastname", "email", "company"',
    ],
    [
      'APIPortalAuth',
      `{ldap: {${ldap}, syncedAttributes: ${repeat(7, () => 'email')}}}`,
      'spec.ldap.syncedAttributes: Too many: 7: must have at most 6 items',
    ],
  ],
  'ContentItem (§1.19)': [
    [
      'ContentItem',
      '{title: T, order: 0, parentRef: {}, link: {}}',
      'spec.parentRef.kind: Required value',
      'spec.parentRef.name: Required value',
      'spec.link.href: Required value',
    ],
    [
      'ContentItem',
      '{content: c}',
      'spec.title: Required value',
      'spec.order: Required value',
      'spec.parentRef: Required value',
    ],
    [
      'ContentItem',
      '{title: "", order: -1, parentRef: {kind: Page, name: a}, content: c}',
      'spec.title: Invalid value: "": spec.title in body should be at least 1 chars long',
      'spec.order: Invalid value: -1: spec.order in body should be greater than or equal to 0',
      'spec.parentRef.kind: Unsupported value: "Page": supported values: "APIPortal", "API", "APIBundle"',
    ],
    [
      'ContentItem',
      '{title: T, order: 0, parentRef: {kind: API, name: a}}',
      'spec: Invalid value: exactly one of content or link must be specified',
    ],
    [
      'ContentItem',
      '{title: T, order: 0, parentRef: {kind: API, name: a}, content: c, link: {href: x}}',
      'spec: Invalid value: exactly one of content or link must be specified',
      'spec.link.href: Invalid value: "x": must be a valid URL',
    ],
    [
      'ContentItem',
      `{title: T, order: 0, parentRef: {kind: API, name: a}, content: ${long(1_500_001)}}`,
      'spec.content: Too long: may not be more than 1500000 bytes',
    ],
  ],
  'Uplink (§1.20)': [
    ...[
      'healthCheck.interval',
      'healthCheck.timeout',
      'healthCheck.unhealthyInterval',
      'passiveHealthCheck.failureWindow',
    ].map((path): Row => {
      const { field, kind, wrap } = placeAt('Uplink', path);
      return [
        kind,
        wrap('soon'),
        `${field}: Invalid value: "soon": ${field} in body should match '^([0-9]+(ns|us|µs|ms|s|m|h)?)+$'`,
      ];
    }),
    [
      'Uplink',
      '{exposeName: Big_Name, weight: -1}',
      `spec.exposeName: Invalid value: "Big_Name": spec.exposeName in body should match '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$'`,
      'spec.weight: Invalid value: -1: spec.weight in body should be greater than or equal to 0',
    ],
    [
      'Uplink',
      '{healthCheck: {interval: true, timeout: soon}}',
      'spec.healthCheck.interval: Invalid value: "boolean": spec.healthCheck.interval in body must be of type integer,string: "boolean"',
      `spec.healthCheck.timeout: Invalid value: "soon": spec.healthCheck.timeout in body should match '^([0-9]+(ns|us|µs|ms|s|m|h)?)+$'`,
    ],
  ],
  'AIService (§1.21)': [
    [
      'AIService',
      '{azureOpenai: {}, ollama: {}}',
      'spec.azureOpenai.baseUrl: Required value',
      'spec.azureOpenai.deploymentName: Required value',
      'spec.ollama.baseUrl: Required value',
    ],
    [
      'AIService',
      '{anthropic: {token: {}}, cohere: {token: {}}, deepSeek: {token: {}}, gemini: {apiKey: {}}, mistral: {apiKey: {}}, openai: {token: {}}, qWen: {token: {}}}',
      'spec.anthropic.token.secretName: Required value',
      'spec.cohere.token.secretName: Required value',
      'spec.deepSeek.token.secretName: Required value',
      'spec.gemini.apiKey.secretName: Required value',
      'spec.mistral.apiKey.secretName: Required value',
      'spec.openai.token.secretName: Required value',
      'spec.qWen.token.secretName: Required value',
    ],
    [
      'AIService',
      `{anthropic: {token: {secretName: ${'n'.repeat(254)}}}, cohere: {token: {secretName: ${'n'.repeat(254)}}}, deepSeek: {token: {secretName: ${'n'.repeat(254)}}}, gemini: {apiKey: {secretName: ${'n'.repeat(254)}}}, mistral: {apiKey: {secretName: ${'n'.repeat(254)}}}, openai: {token: {secretName: ${'n'.repeat(254)}}}, qWen: {token: {secretName: ${'n'.repeat(254)}}}}`,
      'spec.anthropic.token.secretName: Too long: may not be more than 253 bytes',
      'spec.cohere.token.secretName: Too long: may not be more than 253 bytes',
      'spec.deepSeek.token.secretName: Too long: may not be more than 253 bytes',
      'spec.gemini.apiKey.secretName: Too long: may not be more than 253 bytes',
      'spec.mistral.apiKey.secretName: Too long: may not be more than 253 bytes',
      'spec.openai.token.secretName: Too long: may not be more than 253 bytes',
      'spec.qWen.token.secretName: Too long: may not be more than 253 bytes',
    ],
    [
      'AIService',
      '{openai: {token: t}}',
      'spec.openai.token: Invalid value: "string": spec.openai.token in body must be of type object: "string"',
    ],
    [
      'AIService',
      '{cohere: {params: {temperature: hot}}}',
      'spec.cohere.params.temperature: Invalid value: "string": spec.cohere.params.temperature in body must be of type number: "string"',
    ],
  ],
};
