import type { ApiAuthSetting } from '@portolan/contract/settings';
import { canonicalJson } from '../../db/canonical-json.ts';

// RFC 7518 §3.2: a key for HS256 must have at least as many bits as the hash.
const SECRET_BYTES_MIN = 32;

/** Returns warnings about the effects of changed authentication on callers. */
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
      return [`Tokens that are valid only under the previous setting will be rejected. ${needs}`];
    return [
      `API keys will stop working at all gateways: ${keys.working} active keys will be rejected. All ${keys.total} keys are kept and work again after switching back.`,
      `${needs} Groups are taken from the token; the groups of users in Portolan are ignored.`,
    ];
  }
  if (before.kind === 'jwt')
    return [
      `Tokens will stop working at all gateways: callers need one of the ${keys.working} active API keys, which will work again.`,
    ];
  return [`Keys will be read from ${placesOf(after)} only: requests with a key elsewhere will be rejected.`];
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
          `The signing secret has ${bytes} bytes; secrets of fewer than ${SECRET_BYTES_MIN} bytes can be guessed from a token.`,
        ]
      : []),
    ...(jwksUrl?.startsWith('http://')
      ? ['The key set is fetched without TLS: an attacker on the network can replace its keys.']
      : []),
  ];
}
