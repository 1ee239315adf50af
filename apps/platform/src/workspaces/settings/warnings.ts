import type { ApiAuthSetting } from '@portolan/contract/settings';
import { canonicalJson } from '../../db/canonical-json.ts';

// RFC 7518 §3.2: a key of HS256 has at least as many bits as its hash.
const SECRET_BYTES_MIN = 32;

/** What another way to authenticate means for the callers there are. */
export function warningsOf(
  before: ApiAuthSetting,
  after: ApiAuthSetting,
  keys: { readonly total: number; readonly working: number },
): string[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  return [...changeOf(before, after, keys), ...weaknessOf(after)];
}

function changeOf(
  before: ApiAuthSetting,
  after: ApiAuthSetting,
  keys: { readonly total: number; readonly working: number },
): string[] {
  if (after.kind === 'jwt') {
    const needs = `Callers need a token with the claims "${after.userIdClaim}" and "${after.groupsClaim}".`;
    if (before.kind === 'jwt')
      return [`Tokens that only the former setting accepts are refused from now on. ${needs}`];
    return [
      `API keys stop working at every gateway: ${keys.working} that are in use are refused from now on. All ${keys.total} are kept, and work again after switching back.`,
      `${needs} Groups come from the token: those of users here have no say.`,
    ];
  }
  if (before.kind === 'jwt')
    return [
      `Tokens stop working at every gateway: callers need one of the ${keys.working} API keys, which work again.`,
    ];
  return [
    `Keys are looked for in ${placesOf(after)} from now on: callers who send them elsewhere are refused.`,
  ];
}

function placesOf({
  source: { header, headerAuthScheme, query, cookie },
}: Extract<ApiAuthSetting, { kind: 'apiKey' }>) {
  const places = [
    header && `the header ${header}${headerAuthScheme ? ` (${headerAuthScheme})` : ''}`,
    query && `the query parameter ${query}`,
    cookie && `the cookie ${cookie}`,
  ];
  return places.filter((place) => place !== undefined).join(', ');
}

function weaknessOf(after: ApiAuthSetting): string[] {
  if (after.kind === 'apiKey') return [];
  const { signingSecret, signingSecretBase64Encoded, jwksUrl } = after.jwt;
  const bytes = Buffer.byteLength(signingSecret ?? '', signingSecretBase64Encoded ? 'base64' : 'utf8');
  return [
    ...(signingSecret !== undefined && bytes < SECRET_BYTES_MIN
      ? [
          `The signing secret has ${bytes} bytes; with fewer than ${SECRET_BYTES_MIN} it can be guessed from a token.`,
        ]
      : []),
    ...(jwksUrl?.startsWith('http://')
      ? ['The key set is fetched without TLS: whoever is on the way can put in keys of their own.']
      : []),
  ];
}
