import { z } from 'zod';
import type { KeySource } from '../../../model/authentication.ts';
import type { PolicySpec } from '../../../model/policy.ts';
import { claimsFault, readJwtPolicy } from '../../hub/jwt-policy.ts';
import type { Resolved } from '../../unit.ts';
import { clientConfig, clientSettings } from './client-config.ts';
import { flag, text, textMap, texts } from './options.ts';
import { definePlugin, policyMiddleware, refused } from './plugin.ts';

/** Where callers send a credential. */
export const keySource = z.looseObject({
  header: text.optional(),
  headerAuthScheme: text.optional(),
  query: text.optional(),
  cookie: text.optional(),
});

/** Returns where credentials are read; null unless a place is named. */
export function sourceOf(source: z.infer<typeof keySource> | undefined): KeySource | null {
  const places = Object.fromEntries(
    (['header', 'headerAuthScheme', 'query', 'cookie'] as const).flatMap((place) =>
      source?.[place] ? [[place, source[place]]] : [],
    ),
  ) as KeySource;
  return places.header || places.query || places.cookie ? places : null;
}

const HASH =
  /^(?:\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|\{SHA\}[A-Za-z0-9+/]{27}=|\$apr1\$[^$]{1,8}\$[./A-Za-z0-9]{22})$/;

/** https://doc.traefik.io/traefik-hub/api-gateway/reference/routing/http/middlewares/ref-api-key */
export const apiKeyPlugin = definePlugin({
  name: 'apiKey',
  shape: z.looseObject({
    keySource: keySource.optional(),
    secretNonBase64Encoded: flag.optional(),
    secretValues: texts.optional(),
  }),
  compile: (options, reader) => policyMiddleware(readApiKey(options), reader),
});

function readApiKey(options: {
  readonly keySource?: z.infer<typeof keySource> | undefined;
  readonly secretNonBase64Encoded?: boolean | undefined;
  readonly secretValues?: readonly string[] | undefined;
}): Resolved<PolicySpec> {
  const source = sourceOf(options.keySource);
  if (source === null)
    return {
      ok: false,
      reason: 'apiKey.keySource does not say where requests carry the key',
      fix: 'set header, query or cookie',
    };
  const hashes = (options.secretValues ?? []).map((value) => value.trim());
  if (hashes.length === 0)
    return {
      ok: false,
      reason: 'apiKey.secretValues is empty, so that no key is valid',
      fix: 'list hashes of keys, made with htpasswd -nbB "" KEY | cut -c 2-',
    };
  const bad = hashes.findIndex((hash) => !HASH.test(hash));
  if (bad !== -1)
    return {
      ok: false,
      reason: `apiKey.secretValues[${bad}] is not a bcrypt, {SHA} or apr1 hash`,
      fix: 'make it with htpasswd -nbB "" KEY | cut -c 2-; write the hash, never the key itself',
    };
  return {
    ok: true,
    value: {
      kind: 'hashedKeys',
      keySource: source,
      hashes,
      isBase64: options.secretNonBase64Encoded !== true,
    },
  };
}

const jwtShape = z.looseObject({
  signingSecret: text.optional(),
  signingSecretBase64Encoded: flag.optional(),
  publicKey: text.optional(),
  jwksFile: text.optional(),
  jwksUrl: text.optional(),
  trustedIssuers: z.array(z.looseObject({ issuer: text.optional(), jwksUrl: text })).optional(),
  forwardAuthorization: flag.optional(),
  tokenKey: text.optional(),
  tokenQueryKey: text.optional(),
  claims: text.optional(),
  forwardHeaders: textMap.optional(),
  clientConfig: clientConfig.optional(),
});

/** https://doc.traefik.io/traefik-hub/api-gateway/reference/routing/http/middlewares/ref-jwt */
export const jwtPlugin = definePlugin({
  name: 'jwt',
  shape: jwtShape,
  compile: (options, reader) => policyMiddleware(readJwt(options), reader),
});

function readJwt(options: z.infer<typeof jwtShape>): Resolved<PolicySpec> {
  const client = clientSettings(options.clientConfig);
  if (!client.ok) return client;
  const fault = claimsFault(options.claims);
  if (fault !== null) return fault;
  const { signingSecret, publicKey, jwksFile, jwksUrl, claims } = options;
  const tokenKey = options.tokenKey || options.tokenQueryKey;
  return readJwtPolicy({
    ...(signingSecret ? { signingSecret } : {}),
    ...(options.signingSecretBase64Encoded === true ? { signingSecretBase64Encoded: true } : {}),
    ...(publicKey ? { publicKey } : {}),
    ...(jwksFile ? { jwksFile } : {}),
    ...(jwksUrl ? { jwksUrl } : {}),
    ...(options.trustedIssuers === undefined
      ? {}
      : {
          keySets: options.trustedIssuers.map(({ issuer, jwksUrl: url }) => ({
            ...(issuer ? { issuer } : {}),
            url,
          })),
        }),
    ...(tokenKey ? { tokenQueryKey: tokenKey, readsForm: true } : { tokenQueryKey: null }),
    client: client.value,
    stripAuthorizationHeader: options.forwardAuthorization !== true,
    forwardHeaders: options.forwardHeaders ?? {},
    ...(claims ? { claims } : {}),
  });
}

const ldapShape = z.looseObject({
  url: text,
  startTLS: flag.optional(),
  certificateAuthority: text.optional(),
  insecureSkipVerify: flag.optional(),
  bindDN: text.optional(),
  bindPassword: text.optional(),
  baseDN: text,
  attribute: text.optional(),
  searchFilter: text.optional(),
  forwardUsername: flag.optional(),
  forwardUsernameHeader: text.optional(),
  forwardAuthorization: flag.optional(),
  wwwAuthenticateHeader: flag.optional(),
  wwwAuthenticateHeaderRealm: text.optional(),
});

/** https://doc.traefik.io/traefik-hub/api-gateway/reference/routing/http/middlewares/ref-ldap */
export const ldapPlugin = definePlugin({
  name: 'ldap',
  shape: ldapShape,
  compile: (options, reader) =>
    reader.isRemote
      ? refused(
          'ldap',
          'objects made on the platform do not reach into the network of a cluster',
          'create it in the cluster',
        )
      : policyMiddleware(readLdap(options), reader),
});

function readLdap(options: z.infer<typeof ldapShape>): Resolved<PolicySpec> {
  if (!/^ldaps?:\/\//i.test(options.url) || !URL.canParse(options.url))
    return {
      ok: false,
      reason: 'ldap.url is not a URL of a directory',
      fix: 'write ldap://HOST:389 or ldaps://HOST:636',
    };
  if (options.searchFilter && !options.searchFilter.includes('%s'))
    return {
      ok: false,
      reason: 'ldap.searchFilter does not contain %s, so that every user name would find the same entry',
      fix: 'write for instance (uid=%s)',
    };
  return {
    ok: true,
    value: {
      kind: 'ldap',
      directory: {
        url: options.url,
        startTls: options.startTLS ?? false,
        insecureSkipVerify: options.insecureSkipVerify ?? false,
        certificateAuthority: options.certificateAuthority || null,
        bind: options.bindDN ? { dn: options.bindDN, password: options.bindPassword ?? '' } : null,
        baseDn: options.baseDN,
        attribute: options.attribute || 'cn',
        searchFilter: options.searchFilter || null,
      },
      forwardUsernameHeader:
        options.forwardUsername === true ? options.forwardUsernameHeader || 'Username' : null,
      stripAuthorizationHeader: options.forwardAuthorization !== true,
      challengeRealm:
        options.wwwAuthenticateHeader === true ? (options.wwwAuthenticateHeaderRealm ?? '') : null,
    },
  };
}

/** https://doc.traefik.io/traefik-hub/api-gateway/reference/routing/http/middlewares/ref-hmac */
export const hmacPlugin = definePlugin({
  name: 'hmac',
  shape: z.looseObject({
    keys: z.array(z.looseObject({ id: text, key: text })),
    validateDigest: flag.optional(),
    enforcedHeaders: texts.optional(),
  }),
  compile(options, reader) {
    const ids = options.keys.map(({ id }) => id);
    if (ids.length === 0 || options.keys.some(({ id, key }) => id === '' || key === ''))
      return {
        ok: false,
        reason: 'hmac.keys must list keys with an id and a key each',
        fix: 'complete the list',
      };
    if (new Set(ids).size < ids.length)
      return { ok: false, reason: 'hmac.keys has two keys of one id', fix: 'give each key an id of its own' };
    const enforced = options.enforcedHeaders?.map((name) => name.toLowerCase()) ?? [];
    const value: PolicySpec = {
      kind: 'hmac',
      keys: options.keys.map(({ id, key }) => ({ id, key })),
      validatesDigest: options.validateDigest ?? true,
      enforcedHeaders: enforced.length > 0 ? enforced : ['(request-target)', '(created)', '(expires)'],
    };
    return policyMiddleware({ ok: true, value }, reader);
  },
});
