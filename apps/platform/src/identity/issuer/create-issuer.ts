import { Provider, type Adapter, type KoaContextWithOIDC } from 'oidc-provider';
import type { Platform } from '../../platform.ts';
import { adapterFor } from './payload-store.ts';
import { page, escapeHtml } from '../../http/page.ts';
import type { Realm } from './realm.ts';
import { issuerSecrets } from './secrets.ts';

const HOUR = 3600;

interface IssuerParts {
  readonly realm: Realm;
  readonly baseUrl: string;
  /** Finds clients beside those of the realm. */
  readonly clients?: Adapter | undefined;
}

/** Creates the OAuth 2.0 and OpenID Connect issuer of a realm. */
export async function createIssuer(
  parts: Platform,
  { realm, baseUrl, clients }: IssuerParts,
): Promise<Provider> {
  const { key, cookieKey } = await issuerSecrets(parts);
  const issuer = new Provider(`${baseUrl}${realm.path}`, {
    ...realm.extras,
    adapter: (model) =>
      model === 'Client' && clients !== undefined ? clients : adapterFor(parts, model, realm.name),
    clients: realm.clients(baseUrl),
    jwks: { keys: [key] },
    cookies: {
      ...realm.extras.cookies,
      keys: [cookieKey],
      long: { signed: true, sameSite: 'lax' },
      short: { signed: true, sameSite: 'lax' },
    },
    clientAuthMethods: ['none'],
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
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
    findAccount: async (_ctx, accountId) => {
      const claims = await realm.claimsOf(parts, accountId);
      return claims && { accountId, claims: async () => claims };
    },
    loadExistingGrant: (ctx) => grantFirstParty(ctx, realm.scope),
    interactions: { url: (_ctx, { uid }) => `${realm.path}/sign-in/${uid}` },
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

/** Grants first-party clients their scope without a consent page: signing in, or confirming the device code, is the consent. */
async function grantFirstParty(ctx: KoaContextWithOIDC, scope: string) {
  const { client, session, provider, result } = ctx.oidc;
  if (!client || !session?.accountId) return undefined;
  const known = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const existing = known === undefined ? undefined : await provider.Grant.find(known);
  if (existing) return existing;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(scope);
  await grant.save();
  return grant;
}

type ConfirmArguments = [KoaContextWithOIDC, string, { clientName?: string | undefined }, unknown, string];

const devicePages = {
  userCodeInputSource(ctx: KoaContextWithOIDC, form: string, _out?: unknown, error?: unknown): void {
    const note = error
      ? '<p role="alert">This code is not valid or has expired. Check the code in your terminal and try again.</p>'
      : '';
    const intro = '<p>Enter the code shown in your terminal.</p>';
    ctx.body = page(
      'Sign in to the terminal',
      `${note}${intro}${form}<button form="op.deviceInputForm">Continue</button>`,
    );
  },
  userCodeConfirmSource(...[ctx, form, client, , code]: ConfirmArguments): void {
    const name = escapeHtml(client.clientName ?? 'An application');
    const ask = `<p>${name} wants to access Portolan on your behalf. Continue only if you started it and it shows <strong>${escapeHtml(code)}</strong>.</p>`;
    const abort = '<button form="op.deviceConfirmForm" name="abort" value="yes">Cancel</button>';
    ctx.body = page('Confirm', `${ask}${form}<button form="op.deviceConfirmForm">Confirm</button>${abort}`);
  },
  successSource(ctx: KoaContextWithOIDC): void {
    ctx.body = page('Signed in', '<p>You can close this page and return to your terminal.</p>');
  },
};
