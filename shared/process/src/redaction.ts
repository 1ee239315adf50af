import { CREDENTIAL_FIELDS } from '@portolan/contract/secret-fields';
import { SECRET_PREFIXES } from '@portolan/contract/secret-prefixes';

export const REDACTED = '<redacted>';

/**
 * Names of fields and headers whose values are never written to a log, a crash report or a screen: credentials, and what
 * may be one in a log only.
 */
export const SECRET_FIELDS = [
  ...CREDENTIAL_FIELDS,
  'adminToken',
  'agentToken',
  'deviceCode',
  'device_code',
  'recoveryCodes',
  'cookie',
  'hash',
  'key',
  'refresh',
  'id_token',
  'secret',
  'set-cookie',
  'token',
  'userCode',
  'user_code',
] as const;

const FIELD = SECRET_FIELDS.filter((name) => name !== 'hash').join('|');
const PATTERNS = [
  // Secrets as Portolan makes them: `ptl_<random>_<checksum>`.
  new RegExp(`\\b(?:${Object.values(SECRET_PREFIXES).join('|')})_[\\w-]+`, 'g'),
  // Credentials in an Authorization header (RFC 9110 section 11.6.2), in any text.
  /(?<=\b(?:bearer|basic)\s)[\w.~+/=-]{6,}/gi,
  // Header fields as they are on the wire (RFC 9112 section 5): Cookie: a=b; c=d.
  /(?<=^[ \t]*(?:(?:proxy-)?authorization|(?:set-)?cookie|x-api-key):[ \t]*)\S[^\r\n]*/gim,
  // JSON and inspected objects: "clientSecret": "…", clientSecret: '…'.
  new RegExp(`(?<=\\b(?:${FIELD})["']?\\s*:\\s*["'])(?:[^"'\\\\]|\\\\.)*`, 'gi'),
  // Queries and forms: ?token=…&api_key=….
  new RegExp(`(?<=[?&](?:${FIELD}|code)=)[^&\\s"'#]*`, 'gi'),
  // User information of a URL (RFC 3986 section 3.2.1): postgres://user:password@host.
  /(?<=\/\/[^/\s:@]*:)[^/\s@]+(?=@)/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

/** What every pattern needs something of. Most texts have none, and are done with at once. */
const SUSPICIOUS = /[_=:]|-----|bearer|basic/i;

/** Returns a text without anything that looks like a credential, and without the given secrets. */
export function redactText(text: string, secrets: readonly string[] = []): string {
  const rest = secrets
    .filter((secret) => secret !== '')
    .reduce((each, secret) => each.replaceAll(secret, REDACTED), text);
  if (!SUSPICIOUS.test(rest)) return rest;
  return PATTERNS.reduce((each, pattern) => each.replace(pattern, REDACTED), rest);
}
