import { z } from 'zod';
import type { CookieSettings, OidcExtras, PolicySpec } from '../../../model/policy.ts';
import { claimsFault } from '../../hub/jwt-policy.ts';
import type { Resolved } from '../../unit.ts';
import { durationFaults } from '../duration.ts';
import { clientConfig, clientSettings } from './client-config.ts';
import { flag, text, textMap, texts, wholeNumber } from './options.ts';
import { definePlugin, policyMiddleware, refused } from './plugin.ts';
import { readRedis, redisShape } from './read-redis.ts';

const cookieFields = {
  name: text.optional(),
  path: text.optional(),
  domain: text.optional(),
  sameSite: text.optional(),
  httpOnly: flag.optional(),
  secure: flag.optional(),
};

const oidcShape = z.looseObject({
  issuer: text,
  redirectUrl: text.optional(),
  clientID: text,
  clientSecret: text,
  claims: text.optional(),
  forwardHeaders: textMap.optional(),
  clientConfig: clientConfig.optional(),
  pkce: flag.optional(),
  discoveryParams: textMap.optional(),
  scopes: texts.optional(),
  authParams: textMap.optional(),
  disableLogin: flag.optional(),
  loginUrl: text.optional(),
  logoutUrl: text.optional(),
  postLoginRedirectUrl: text.optional(),
  postLogoutRedirectUrl: text.optional(),
  backchannelLogoutUrl: text.optional(),
  backchannelLogoutSessionsRequired: flag.optional(),
  stateCookie: z.looseObject({ ...cookieFields, maxAge: wholeNumber.optional() }).optional(),
  session: z
    .looseObject({
      ...cookieFields,
      secret: text.optional(),
      expiry: wholeNumber.optional(),
      sliding: flag.optional(),
      refresh: flag.optional(),
      store: z.looseObject({ redis: redisShape.optional() }).optional(),
    })
    .optional(),
  csrf: z.looseObject({ secure: flag.optional(), headerName: text.optional() }).optional(),
});

type OidcOptions = z.infer<typeof oidcShape>;

/**
 * Sessions live in sealed cookies, which every agent reads, or in the Redis of `session.store`, where providers can end them. PKCE is used
 * whether `pkce` asks for it or not.
 * https://doc.traefik.io/traefik-hub/api-gateway/reference/routing/http/middlewares/ref-oidc
 */
export const oidcPlugin = definePlugin({
  name: 'oidc',
  shape: oidcShape,
  judge: ({ session }, path) =>
    durationFaults(`${path}.session.store.redis.timeout`, session?.store?.redis?.timeout),
  compile(options, reader) {
    if (reader.isRemote && options.session?.store !== undefined)
      return refused(
        'oidc.session.store',
        'objects made on the platform do not reach into the network of a cluster',
        'create it in the cluster',
      );
    return policyMiddleware(readOidc(options), reader);
  },
});

function readOidc(options: OidcOptions): Resolved<PolicySpec> {
  const fault =
    logoutFault(options) ?? urlFault(options) ?? cookieFault(options) ?? claimsFault(options.claims);
  if (fault !== null) return fault;
  const more = readExtras(options);
  if (!more.ok) return more;
  const { session } = options;
  return {
    ok: true,
    value: {
      kind: 'oidc',
      issuer: options.issuer,
      clientId: options.clientID,
      clientSecret: options.clientSecret,
      redirectUrl: options.redirectUrl || '/callback',
      logoutUrl: options.logoutUrl || null,
      disableAuthRedirectionPaths: [],
      authParams: options.authParams ?? {},
      scopes: options.scopes ?? ['openid'],
      stateCookie: readCookie(options.stateCookie, options.stateCookie?.maxAge ?? STATE_SECONDS),
      session: {
        ...readCookie(session, session?.expiry ?? SESSION_SECONDS),
        refresh: session?.refresh ?? true,
      },
      forwardHeaders: options.forwardHeaders ?? {},
      claims: options.claims || null,
      more: more.value,
    },
  };
}

const STATE_SECONDS = 600;
const SESSION_SECONDS = 86_400;

/** A provider can end only what the gateway keeps; a cookie goes on until it expires, on whichever agent it is shown. */
function logoutFault(options: OidcOptions): Resolved<never> | null {
  const { backchannelLogoutUrl, backchannelLogoutSessionsRequired, session } = options;
  if (!backchannelLogoutUrl)
    return backchannelLogoutSessionsRequired === true
      ? {
          ok: false,
          reason: 'oidc.backchannelLogoutSessionsRequired has no effect without backchannelLogoutUrl',
          fix: 'set backchannelLogoutUrl, or remove it',
        }
      : null;
  if (session?.store !== undefined) return null;
  return {
    ok: false,
    reason:
      'oidc.backchannelLogoutUrl needs session.store: sessions in cookies cannot be ended by the provider',
    fix: 'set session.store.redis, or remove backchannelLogoutUrl and shorten session.expiry',
  };
}

/** A path, a host and path, or a whole URL of http or https. */
const PLACE = /^(?:\/(?!\/)|https?:\/\/[^/]+|[A-Za-z0-9.-]+(?::\d+)?\/)/;

function urlFault(options: OidcOptions): Resolved<never> | null {
  if (!/^https?:\/\//.test(options.issuer) || !URL.canParse(options.issuer))
    return {
      ok: false,
      reason: 'oidc.issuer is not a URL of http or https',
      fix: 'set it to the URL of the identity provider',
    };
  if (options.clientID === '' || options.clientSecret === '')
    return {
      ok: false,
      reason: 'oidc.clientID or oidc.clientSecret is empty',
      fix: 'set both as the identity provider gave them',
    };
  for (const name of [
    'redirectUrl',
    'loginUrl',
    'logoutUrl',
    'postLoginRedirectUrl',
    'postLogoutRedirectUrl',
    'backchannelLogoutUrl',
  ] as const) {
    const url = options[name];
    if (url && !PLACE.test(url))
      return {
        ok: false,
        reason: `oidc.${name} is not a path, a host and path, or a URL of http or https`,
        fix: 'write for instance /callback, app.example.com/callback or https://app.example.com/callback',
      };
  }
  return null;
}

/** Names of cookies are tokens (RFC 6265 §4.1.1). */
const COOKIE_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
/** What could end an attribute of a cookie and begin another. */
const ATTRIBUTE = /^[\x20-\x3a\x3c-\x7e]*$/;
const SAME_SITE = ['lax', 'strict', 'none'];

function cookieFault({ session, stateCookie }: OidcOptions): Resolved<never> | null {
  for (const [field, cookie] of [
    ['session', session],
    ['stateCookie', stateCookie],
  ] as const) {
    if (cookie?.name && !COOKIE_NAME.test(cookie.name))
      return {
        ok: false,
        reason: `oidc.${field}.name is not a name of a cookie`,
        fix: 'use letters, digits, - and _',
      };
    if (!ATTRIBUTE.test(`${cookie?.path ?? ''}${cookie?.domain ?? ''}`))
      return {
        ok: false,
        reason: `oidc.${field}: path or domain has characters that a cookie cannot have`,
        fix: 'remove them',
      };
    const sameSite = cookie?.sameSite?.toLowerCase();
    if (sameSite && !SAME_SITE.includes(sameSite))
      return {
        ok: false,
        reason: `oidc.${field}.sameSite is not one of lax, strict, none`,
        fix: 'use one of these',
      };
  }
  if (stateCookie?.maxAge !== undefined && stateCookie.maxAge <= 0)
    return {
      ok: false,
      reason: 'oidc.stateCookie.maxAge must be positive, or no sign-in could be completed',
      fix: 'write a number of seconds, such as 600',
    };
  if (session?.expiry !== undefined && session.expiry <= 0)
    return {
      ok: false,
      reason: 'oidc.session.expiry must be positive',
      fix: 'write a number of seconds, such as 86400',
    };
  return null;
}

function readExtras(options: OidcOptions): Resolved<OidcExtras> {
  const client = clientSettings(options.clientConfig);
  if (!client.ok) return client;
  const { csrf, session, backchannelLogoutUrl, backchannelLogoutSessionsRequired } = options;
  const store =
    session?.store === undefined ? null : readRedis(session.store.redis, 'oidc.session.store.redis');
  if (store?.ok === false) return store;
  return {
    ok: true,
    value: {
      client: client.value,
      discoveryParams: options.discoveryParams ?? {},
      disableLogin: options.disableLogin ?? false,
      loginUrl: options.loginUrl || null,
      postLoginRedirectUrl: options.postLoginRedirectUrl || null,
      postLogoutRedirectUrl: options.postLogoutRedirectUrl || null,
      sliding: session?.sliding ?? true,
      sessionSecret: session?.secret || null,
      store: store?.value ?? null,
      backchannelLogout: backchannelLogoutUrl
        ? { url: backchannelLogoutUrl, needsSessionId: backchannelLogoutSessionsRequired ?? false }
        : null,
      csrf:
        csrf === undefined
          ? null
          : { secure: csrf.secure ?? false, headerName: csrf.headerName || 'TraefikHub-Csrf-Token' },
    },
  };
}

function readCookie(
  cookie: OidcOptions['session'] | OidcOptions['stateCookie'],
  maxAgeSeconds: number,
): CookieSettings {
  const sameSite = cookie?.sameSite?.toLowerCase();
  return {
    ...(cookie?.name ? { name: cookie.name } : {}),
    maxAgeSeconds,
    ...(cookie?.httpOnly === false ? { isReadable: true } : {}),
    sameSite: sameSite === 'strict' || sameSite === 'none' ? sameSite : 'lax',
    secure: cookie?.secure ?? false,
    domain: cookie?.domain || null,
    path: cookie?.path || '/',
  };
}
