import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { StartupError } from '@portolan/process/startup-error';

const FLAG = '--acme-dns-file';
const hostName = z
  .string()
  .toLowerCase()
  .regex(
    /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_][a-z0-9_-]{0,62})+$/,
    'must be a host name',
  );
const zone = hostName;
const file = z.string().min(1);

const dnsFile = z.discriminatedUnion('provider', [
  /** Brokers with a port for DNS answer. */
  z.strictObject({ provider: z.literal('broker'), zone, nameservers: z.array(hostName).min(1).max(8) }),
  z.strictObject({
    provider: z.literal('rfc2136'),
    zone,
    /** Zone of the server that the names are in; `zone` unless given. */
    serverZone: hostName.optional(),
    server: z
      .string()
      .regex(/^(?:[\d.]+|\[[\da-f:]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/i, 'must be HOST or HOST:PORT'),
    keyName: hostName.or(z.string().regex(/^[a-z0-9_-]+\.?$/i)),
    algorithm: z.enum(['hmac-sha256', 'hmac-sha384', 'hmac-sha512']).default('hmac-sha256'),
    /** Holds the key in base64. */
    keyFile: file,
  }),
  z.strictObject({
    provider: z.literal('cloudflare'),
    zone,
    zoneId: z.string().regex(/^[0-9a-f]{32}$/, 'must be the 32 hexadecimal digits of a zone'),
    /** Holds an API token with the permission to edit DNS of the zone. */
    tokenFile: file,
    endpoint: z.url().default('https://api.cloudflare.com'),
  }),
  z.strictObject({
    provider: z.literal('route53'),
    zone,
    hostedZoneId: z.string().regex(/^[A-Z0-9]{1,32}$/, 'must be the id of a hosted zone'),
    /** Holds `ACCESS-KEY-ID:SECRET-ACCESS-KEY`. */
    credentialsFile: file,
    endpoint: z.url().default('https://route53.amazonaws.com'),
  }),
]);
type DnsFile = z.output<typeof dnsFile>;
type Of<P extends DnsFile['provider']> = Extract<DnsFile, { provider: P }>;

/** Zone that owners of domains delegate challenges to, and who answers for it. */
export type ChallengeZoneConfig =
  | Of<'broker'>
  | (Of<'rfc2136'> & { readonly key: Buffer })
  | (Of<'cloudflare'> & { readonly token: string })
  | (Of<'route53'> & { readonly accessKeyId: string; readonly secretAccessKey: string });
export type ConfigOf<P extends ChallengeZoneConfig['provider']> = Extract<
  ChallengeZoneConfig,
  { provider: P }
>;

/** Reads `--acme-dns-file`; null without one. @throws StartupError. */
export function challengeZoneOf(path: string | undefined): ChallengeZoneConfig | null {
  if (path === undefined) return null;
  const config = parse(path);
  switch (config.provider) {
    case 'broker':
      return config;
    case 'rfc2136': {
      const key = Buffer.from(read(config.keyFile), 'base64');
      if (key.length < 16)
        throw unusable(config.keyFile, 'it does not hold a key of 16 octets or more in base64');
      return { ...config, key };
    }
    case 'cloudflare':
      return { ...config, token: read(config.tokenFile) };
    case 'route53': {
      const match = /^([A-Z0-9]{16,128}):(\S{16,})$/.exec(read(config.credentialsFile));
      if (match?.[1] === undefined || match[2] === undefined)
        throw unusable(config.credentialsFile, 'it does not hold ACCESS-KEY-ID:SECRET-ACCESS-KEY');
      return { ...config, accessKeyId: match[1], secretAccessKey: match[2] };
    }
  }
}

function parse(path: string): DnsFile {
  const text = read(path);
  try {
    return dnsFile.parse(JSON.parse(text));
  } catch (cause) {
    const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined;
    const why = issue ? `${issue.path.join('.')}: ${issue.message}` : 'it is not JSON';
    throw unusable(path, why, cause);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw unusable(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function unusable(path: string, why: string, cause?: unknown): StartupError {
  return new StartupError(
    `${FLAG}: ${path} cannot be used: ${why}.`,
    'See docs/certificates.md for its form.',
    { cause },
  );
}
