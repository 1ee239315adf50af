import { Provider, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { eq } from 'drizzle-orm';
import { accounts } from '../db/schema/accounts.ts';
import type { Platform } from '../platform.ts';
import { adapterFor } from './adapter.ts';
import { page, escapeHtml } from '../http/page.ts';
import { issuerSecrets } from './secrets.ts';
import { parseSubject } from './subject.ts';

export const ISSUER_PATH = '/oidc';
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const HOUR = 3600;
const SCOPE = 'openid email profile offline_access';

/** First-party clients: a terminal signs in by device grant (RFC 8628), the desktop by PKCE on loopback (RFC 8252). */
const CLIENTS: Configuration['clients'] = [
  {
    client_id: 'portolan-terminal',
    client_name: 'Portolan terminal',
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: [DEVICE, 'refresh_token'],
    response_types: [],
    redirect_uris: [],
    scope: SCOPE,
  },
  {
    client_id: 'portolan-desktop',
    client_name: 'Portolan desktop',
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: ['http://127.0.0.1/callback'],
    scope: SCOPE,
  },
];

/** The platform as OAuth 2.0 and OpenID issuer. */
export async function createIssuer(parts: Platform, baseUrl: string): Promise<Provider> {
  const { key, cookieKey } = await issuerSecrets(parts);
  const issuer = new Provider(`${baseUrl}${ISSUER_PATH}`, {
    adapter: (model) => adapterFor(parts, model),
    clients: CLIENTS,
    jwks: { keys: [key] },
    cookies: {
      keys: [cookieKey],
      long: { signed: true, sameSite: 'lax' },
      short: { signed: true, sameSite: 'lax' },
    },
    clientAuthMethods: ['none'],
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    claims: { openid: ['sub'], email: ['email'], profile: ['name'] },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: {
      AccessToken: 12 * HOUR,
      AuthorizationCode: 60,
      DeviceCode: 600,
      Grant: 30 * 24 * HOUR,
      IdToken: HOUR,
      Interaction: HOUR,
      RefreshToken: 30 * 24 * HOUR,
      Session: 12 * HOUR,
    },
    findAccount: (_ctx, id) => findAccount(parts, id),
    loadExistingGrant: grantFirstParty,
    interactions: { url: (_ctx, { uid }) => `${ISSUER_PATH}/sign-in/${uid}` },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      deviceFlow: { enabled: true, mask: '****-****', charset: 'base-20', ...devicePages },
    },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = page('Sign-in', `<p>${escapeHtml(out.error_description ?? out.error)}</p>`);
    },
  });
  issuer.proxy = parts.config.publicUrl !== undefined;
  issuer.on('server_error', (_ctx, error) =>
    parts.log.error({ event: 'issuer.failed', error: error.message }),
  );
  return issuer;
}

async function findAccount({ db }: Platform, id: string) {
  const { accountId } = parseSubject(id);
  const [account] = await db.select().from(accounts).where(eq(accounts.id, accountId));
  if (!account) return undefined;
  const { email, name } = account;
  return { accountId: id, claims: async () => ({ sub: accountId, email, name }) };
}

/** Our own clients need no consent page: signing in, and for a device confirming its code, is the consent. */
async function grantFirstParty(ctx: KoaContextWithOIDC) {
  const { client, session, provider, result } = ctx.oidc;
  if (!client || !session?.accountId) return undefined;
  const known = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const existing = known === undefined ? undefined : await provider.Grant.find(known);
  if (existing) return existing;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(SCOPE);
  await grant.save();
  return grant;
}

type ConfirmArguments = [KoaContextWithOIDC, string, { clientName?: string | undefined }, unknown, string];

const devicePages = {
  userCodeInputSource(ctx: KoaContextWithOIDC, form: string, _out?: unknown, error?: unknown): void {
    const note = error
      ? '<p role="alert">That is not a code that waits. Look at your terminal and try again.</p>'
      : '';
    const intro = '<p>Type the code that your terminal shows.</p>';
    ctx.body = page(
      'Sign in a terminal',
      `${note}${intro}${form}<button form="op.deviceInputForm">Continue</button>`,
    );
  },
  userCodeConfirmSource(...[ctx, form, client, , code]: ConfirmArguments): void {
    const name = escapeHtml(client.clientName ?? 'A program');
    const ask = `<p>${name} asks to act as you. Continue only if it shows <strong>${escapeHtml(code)}</strong> and you started it.</p>`;
    const abort = '<button form="op.deviceConfirmForm" name="abort" value="yes">No</button>';
    ctx.body = page(
      'Confirm',
      `${ask}${form}<button form="op.deviceConfirmForm">Yes, sign it in</button>${abort}`,
    );
  },
  successSource(ctx: KoaContextWithOIDC): void {
    ctx.body = page('Signed in', '<p>Done: go back to your terminal. You may close this page.</p>');
  },
};
