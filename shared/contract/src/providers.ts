import { z } from 'zod';
import { timestamp, workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';

const url = z.url({ protocol: /^https?$/ }).max(500);
const short = z.string().trim().min(1).max(200);

/** Which claims of a token say what. */
export const claimMapping = z.object({
  groups: short.default('groups'),
  userId: short.default('sub'),
  firstName: short.default('given_name'),
  lastName: short.default('family_name'),
  email: short.default('email'),
  company: short.default('company'),
});

export type ClaimMapping = z.output<typeof claimMapping>;

/** The OpenID client with which users sign in, at a provider whose users are listed by other means. */
const signIn = z.object({
  clientId: short,
  /** Absent: keeps the one stored. */
  clientSecret: z.string().max(1024).optional(),
  scopes: z.array(short).min(1).max(20).default(['openid', 'email', 'profile']),
  claims: claimMapping.prefault({}),
});
export type SignInSettings = z.output<typeof signIn>;

/** Names of attributes and object classes in a directory. */
export const LDAP_SCHEMAS = ['activeDirectory', 'inetOrgPerson'] as const;

/** Where a workspace's users come from. Secrets go in and never come out. */
export const providerSettings = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('internal') }),
  z.object({
    kind: z.literal('keycloak'),
    url,
    realm: short,
    username: short,
    /** Absent: keeps the one stored. */
    password: z.string().max(1024).optional(),
    signIn: signIn.optional(),
  }),
  z.object({
    kind: z.literal('okta'),
    orgUrl: url,
    issuerUrl: url,
    token: z.string().max(1024).optional(),
    signIn: signIn.optional(),
  }),
  z.object({
    kind: z.literal('oidc'),
    issuer: url,
    clientId: short,
    clientSecret: z.string().max(1024).optional(),
    scopes: z.array(short).min(1).max(20).default(['openid', 'email', 'profile']),
    claims: claimMapping.prefault({}),
  }),
  z
    .object({
      kind: z.literal('ldap'),
      url: z.url({ protocol: /^ldaps?$/ }).max(500),
      /** Upgrades the connection of an `ldap` URL to TLS. */
      startTls: z.boolean().default(false),
      /** Certificate of the authority in PEM; absent: those that the platform trusts. */
      certificateAuthority: z.string().max(100_000).optional(),
      bindDn: short.max(500),
      /** Absent: keeps the one stored. */
      bindPassword: z.string().max(1024).optional(),
      baseDn: short.max(500),
      schema: z.enum(LDAP_SCHEMAS).default('activeDirectory'),
      /** Users and groups below the base; those of the schema if absent (RFC 4515). */
      userFilter: z.string().max(1000).optional(),
      groupFilter: z.string().max(1000).optional(),
    })
    .refine(({ url: address, startTls }) => address.toLowerCase().startsWith('ldaps:') || startTls, {
      path: ['url'],
      message: 'needs ldaps or startTls: passwords would be sent in plain text',
    }),
  z.object({
    /** Users and groups are pushed to the SCIM endpoint of the workspace. */
    kind: z.literal('scim'),
    /** OpenID client with which they sign in; `claims.userId` names the claim that holds their `externalId`. */
    signIn: signIn.extend({ issuer: url }).optional(),
  }),
]);
export type ProviderSettings = z.output<typeof providerSettings>;

export const syncView = z.object({
  state: z.enum(['never', 'running', 'succeeded', 'failed', 'alarm']),
  startedAt: timestamp.nullable(),
  finishedAt: timestamp.nullable(),
  /** What went wrong, or what was skipped. */
  message: z.string().nullable(),
});

export const provider = z.object({
  /** `internal`, or made of kind and place: `keycloak:airline@sso.example.com`. */
  id: z.string(),
  kind: z.enum(['internal', 'keycloak', 'okta', 'oidc', 'scim', 'ldap']),
  active: z.boolean(),
  /** Without secrets. */
  settings: z.record(z.string(), z.unknown()),
  users: z.number().int(),
  groups: z.number().int(),
  /** When what a provider not in use left behind is deleted for good. */
  deletedAt: timestamp.nullable(),
  sync: syncView,
});
export type Provider = z.infer<typeof provider>;

/** `tls` where the provider is asked by https; `connect` is a first answer. */
export const TEST_STEPS = ['resolve', 'tls', 'connect', 'credentials', 'permissions', 'claims'] as const;
export const testReport = z.object({
  ok: z.boolean(),
  steps: z.array(
    z.object({
      step: z.enum(TEST_STEPS),
      state: z.enum(['passed', 'failed', 'skipped']),
      message: z.string(),
    }),
  ),
});
export type TestReport = z.infer<typeof testReport>;

const tag = 'Identity provider';
const params = workspaceParams;
const body = z.object({ settings: providerSettings });

export const listProviders = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/providers',
  permission: 'providers.read',
  summary: 'List the identity provider in use and those that can be gone back to',
  tag,
  params,
  response: z.object({ items: z.array(provider) }),
  status: 200,
});
export const testProvider = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/provider/test',
  permission: 'providers.write',
  summary:
    'Try an identity provider before it is saved: what works, and what is the first thing that does not',
  tag,
  params,
  body,
  response: testReport,
  status: 200,
});
export const planProvider = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/provider/plan',
  permission: 'providers.write',
  summary: 'Who would lose and who would get back access if this provider were used',
  tag,
  params,
  body,
  response: z.object({
    from: z.string(),
    to: z.string(),
    disabledUsers: z.number().int(),
    disabledKeys: z.number().int(),
    restoredUsers: z.number().int(),
    restoredKeys: z.number().int(),
    /** Some of those who would lose access, by e-mail. */
    examples: z.array(z.string()),
  }),
  status: 200,
});
export const useProvider = defineRoute({
  method: 'PUT',
  path: '/api/v1/workspaces/{workspace}/provider',
  permission: 'providers.write',
  summary:
    'Use an identity provider; users, groups and keys of the one before are disabled and kept for 30 days',
  tag,
  params,
  body,
  response: provider,
  status: 200,
});
export const syncProvider = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/provider/sync',
  permission: 'providers.write',
  summary: 'Synchronise users and groups now',
  tag,
  params,
  response: syncView,
  status: 202,
  errors: ['conflict'],
});
export const previewClaims = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/provider/claims',
  permission: 'providers.write',
  summary: 'Show whom a real token stands for under a claim mapping',
  tag,
  params,
  body: z.object({ settings: providerSettings, token: z.string().max(16_384) }),
  response: z.object({
    claims: z.record(z.string(), z.unknown()),
    user: z.object({
      userId: z.string().nullable(),
      email: z.string().nullable(),
      firstName: z.string().nullable(),
      lastName: z.string().nullable(),
      company: z.string().nullable(),
      groups: z.array(z.string()),
    }),
    missing: z.array(z.string()),
  }),
  status: 200,
  errors: ['provider-failed'],
});
