/** Names of fields and headers whose value is a credential wherever they occur: in resources, bodies and logs. */
export const CREDENTIAL_FIELDS = [
  'accessToken',
  'access_token',
  'apiKey',
  'api_key',
  'authorization',
  'bearerToken',
  'clientSecret',
  'client_secret',
  'passwd',
  'password',
  'privateKey',
  'proxy-authorization',
  'refreshToken',
  'refresh_token',
  'secretKey',
  'signingSecret',
  'x-api-key',
] as const;

const NORMALISED: ReadonlySet<string> = new Set(CREDENTIAL_FIELDS.map(normalise));

/** Returns whether a field holds a credential, however its name is written: `client-secret`, `ClientSecret`, `client_secret`. */
export function isCredentialField(name: string): boolean {
  return NORMALISED.has(normalise(name));
}

function normalise(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}
