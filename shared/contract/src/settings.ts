import { z } from 'zod';
import { name, workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';

/** What stands for a secret in answers; sent back, it keeps the secret that is there. */
export const KEPT_SECRET = '<redacted>';

/** A header or cookie name (RFC 9110 §5.6.2), also good for a query parameter. */
const token = z
  .string()
  .max(120)
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is not a name of letters, digits and dashes');
const claim = z.string().min(1).max(200);

/** Where a gateway looks for a key: header, then query, then cookie. */
const keySource = z
  .object({
    header: token.optional(),
    headerAuthScheme: token.optional(),
    query: token.optional(),
    cookie: token.optional(),
  })
  .refine(
    ({ header, query, cookie }) => [header, query, cookie].some((one) => one !== undefined),
    'needs a header, a query parameter or a cookie',
  );

const jwtVerification = z
  .object({
    signingSecret: z.string().min(1).max(4096).optional(),
    signingSecretBase64Encoded: z.boolean().optional(),
    publicKey: z.string().min(1).max(20_000).optional().describe('PEM'),
    jwksFile: z.string().min(1).max(200_000).optional().describe('A JSON Web Key Set itself'),
    jwksUrl: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .optional(),
    tokenQueryKey: token.optional(),
    issuer: z.string().min(1).max(2000).optional().describe('The only `iss` that tokens may have'),
    audience: z.string().min(1).max(2000).optional().describe('What `aud` of tokens must contain'),
    forwardToken: z.boolean().optional().describe('Services get the token too; else it ends at the gateway'),
  })
  .refine(
    ({ signingSecret, publicKey, jwksFile, jwksUrl }) =>
      [signingSecret, publicKey, jwksFile, jwksUrl].filter((one) => one !== undefined).length === 1,
    'needs exactly one of signingSecret, publicKey, jwksFile and jwksUrl',
  );

/** How callers of APIs prove who they are: one choice for a workspace. */
export const apiAuth = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('apiKey'), source: keySource }),
  z.object({
    kind: z.literal('jwt'),
    jwt: jwtVerification,
    groupsClaim: claim.default('groups'),
    userIdClaim: claim.default('sub'),
  }),
]);
export type ApiAuthSetting = z.output<typeof apiAuth>;

export const workspaceSettings = z.object({
  name,
  apiAuth,
  /** Keys there are, and those that gateways accept now. */
  keys: z.object({ total: z.number().int(), working: z.number().int() }),
});
export type WorkspaceSettings = z.infer<typeof workspaceSettings>;

const tag = 'Workspaces';

export const getSettings = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/settings',
  permission: 'workspace.read',
  summary: 'Get the settings of a workspace',
  tag,
  params: workspaceParams,
  response: workspaceSettings,
  status: 200,
});
export const updateSettings = defineRoute({
  method: 'PATCH',
  path: '/api/v1/workspaces/{workspace}/settings',
  permission: 'workspace.write',
  summary: 'Change settings of a workspace; the answer says what that means for callers',
  tag,
  params: workspaceParams,
  body: z.object({
    name: name.optional(),
    apiAuth: apiAuth.optional(),
    dryRun: z.boolean().default(false),
  }),
  response: workspaceSettings.extend({ warnings: z.array(z.string()) }),
  status: 200,
});
