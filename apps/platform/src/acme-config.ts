import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { StartupError } from '@portolan/process/startup-error';

const CHALLENGE_TYPES = ['http-01', 'tls-alpn-01', 'dns-01'] as const;
export type ChallengeType = (typeof CHALLENGE_TYPES)[number];
const DEFAULT_CHALLENGES = 'http-01,tls-alpn-01';
/** Where there is a zone for them, answers in DNS are the last that is tried. */
const DEFAULT_CHALLENGES_WITH_DNS = `${DEFAULT_CHALLENGES},dns-01`;

/** Account of an operator at an authority, which its ACME account is bound to (RFC 8555 §7.3.4). */
export interface ExternalAccount {
  readonly kid: string;
  /** Base64url. */
  readonly hmacKey: string;
}

/** A public authority that certificates of custom domains are ordered from. */
export interface IssuerConfig {
  /** URL of its ACME directory. */
  readonly directory: string;
  /** Address for messages of the authority about the account. */
  readonly email: string | null;
  readonly externalAccount: ExternalAccount | null;
  /** Profile of certificates to ask for; null: the authority's default. */
  readonly profile: string | null;
  /** Common name of the issuer whose chain is preferred. */
  readonly preferredChain: string | null;
  /** PEM of the authority that signed the certificate of the server itself. */
  readonly ca: string | null;
  /** Challenges in the order in which they are tried. */
  readonly challenges: readonly ChallengeType[];
  /** Names that CAA records may give the authority; empty: those that its directory names. */
  readonly caaIdentities: readonly string[];
  /** Whether to keep within the limits of Let's Encrypt. */
  readonly isLimited: boolean;
}

const directory = z.url({ protocol: /^https$/, error: 'must be https://…' });
const limits = z.enum(['letsencrypt', 'none']);

export const acmeFlags = {
  'acme-directory': directory.optional().meta({
    value: 'URL',
    description:
      'directory of the ACME authority for custom domains (default: none; the local authority issues for them)',
  }),
  'acme-email': z.email().optional().meta({
    value: 'ADDRESS',
    description: 'contact of the ACME account',
  }),
  'acme-eab-file': z.string().optional().meta({
    value: 'FILE',
    description: 'external account to bind the ACME account to, as KEY-ID:HMAC-KEY',
  }),
  'acme-ca-file': z.string().optional().meta({
    value: 'FILE',
    description:
      "authority that signed the ACME server's own certificate, in PEM, beside those of the system",
  }),
  'acme-profile': z.string().optional().meta({
    value: 'NAME',
    description: 'profile of certificates to ask for, such as tlsserver or shortlived',
  }),
  'acme-preferred-chain': z.string().optional().meta({
    value: 'NAME',
    description: 'common name of the issuer whose chain is preferred where the authority offers several',
  }),
  'acme-challenges': z.string().optional().meta({
    value: 'LIST',
    description:
      'challenges in the order in which they are tried: http-01, tls-alpn-01, dns-01 (default: all three; dns-01 with --acme-dns-file only)',
  }),
  'acme-dns-file': z.string().optional().meta({
    value: 'FILE',
    description: 'zone that DNS-01 challenges are delegated to and who answers for it, in JSON',
  }),
  'acme-limits': limits.optional().meta({
    value: 'NAME',
    description: "limits to keep within: letsencrypt or none (default: letsencrypt for Let's Encrypt)",
  }),
  'acme-issuers-file': z.string().optional().meta({
    value: 'FILE',
    description: 'further authorities, each tried after three failures of the one before, as a list in JSON',
  }),
};

interface AcmeFlagValues {
  readonly acmeDirectory?: string | undefined;
  readonly acmeEmail?: string | undefined;
  readonly acmeEabFile?: string | undefined;
  readonly acmeCaFile?: string | undefined;
  readonly acmeProfile?: string | undefined;
  readonly acmePreferredChain?: string | undefined;
  readonly acmeChallenges?: string | undefined;
  readonly acmeDnsFile?: string | undefined;
  readonly acmeLimits?: z.infer<typeof limits> | undefined;
  readonly acmeIssuersFile?: string | undefined;
}

const issuersFile = z.array(
  z.strictObject({
    directory,
    email: z.email().optional(),
    eabFile: z.string().optional(),
    caFile: z.string().optional(),
    profile: z.string().optional(),
    preferredChain: z.string().optional(),
    challenges: z.string().optional(),
    caaIdentities: z.array(z.string()).optional(),
    limits: limits.optional(),
  }),
);
type IssuerEntry = z.infer<typeof issuersFile>[number];

/** Returns the authorities that flags and their files name, in the order in which they are tried. @throws StartupError. */
export function issuersOf(values: AcmeFlagValues): IssuerConfig[] {
  const { acmeDirectory, acmeEmail, acmeEabFile, acmeCaFile, acmeProfile, acmePreferredChain } = values;
  const hasZone = values.acmeDnsFile !== undefined;
  const challenges = values.acmeChallenges ?? (hasZone ? DEFAULT_CHALLENGES_WITH_DNS : DEFAULT_CHALLENGES);
  const first =
    acmeDirectory === undefined
      ? []
      : [
          issuerOf(
            {
              directory: acmeDirectory,
              email: acmeEmail,
              eabFile: acmeEabFile,
              caFile: acmeCaFile,
              profile: acmeProfile,
              preferredChain: acmePreferredChain,
              limits: values.acmeLimits,
            },
            challenges,
          ),
        ];
  const { acmeIssuersFile } = values;
  const more = acmeIssuersFile === undefined ? [] : readIssuers(acmeIssuersFile);
  const issuers = [...first, ...more.map((entry) => issuerOf(entry, challenges))];
  if (!hasZone && issuers.some((issuer) => issuer.challenges.includes('dns-01')))
    throw new StartupError(
      'The challenge dns-01 needs a zone in which the platform answers.',
      'Name one by --acme-dns-file, or leave dns-01 out of --acme-challenges.',
    );
  return issuers;
}

function issuerOf(entry: IssuerEntry, challenges: string): IssuerConfig {
  const isLetsEncrypt = /(?:^|\.)letsencrypt\.org$/.test(new URL(entry.directory).hostname);
  return {
    directory: entry.directory,
    email: entry.email ?? null,
    externalAccount: entry.eabFile === undefined ? null : readExternalAccount(entry.eabFile),
    profile: entry.profile ?? null,
    preferredChain: entry.preferredChain ?? null,
    ca: entry.caFile === undefined ? null : read('--acme-ca-file', entry.caFile),
    challenges: challengesOf(entry.challenges ?? challenges),
    caaIdentities: entry.caaIdentities ?? [],
    isLimited: (entry.limits ?? (isLetsEncrypt ? 'letsencrypt' : 'none')) === 'letsencrypt',
  };
}

function challengesOf(list: string): ChallengeType[] {
  const words = list.split(',').map((word) => word.trim());
  const found = words.flatMap((word) => CHALLENGE_TYPES.find((type) => type === word) ?? []);
  if (found.length === words.length) return found;
  throw new StartupError(
    `--acme-challenges: invalid value ${list}: must be a list of ${CHALLENGE_TYPES.join(', ')}.`,
    `Use, for example, ${DEFAULT_CHALLENGES}.`,
  );
}

function readIssuers(file: string): IssuerEntry[] {
  const text = read('--acme-issuers-file', file);
  try {
    return issuersFile.parse(JSON.parse(text));
  } catch (cause) {
    const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined;
    const why = issue ? `${issue.path.join('.')}: ${issue.message}` : 'it is not JSON';
    throw new StartupError(
      `--acme-issuers-file: ${file} cannot be used: ${why}.`,
      'See docs/certificates.md for its form.',
      { cause },
    );
  }
}

function readExternalAccount(file: string): ExternalAccount {
  const match = /^([^:\s]+):([A-Za-z0-9_+/=-]+)$/.exec(read('--acme-eab-file', file));
  if (match?.[1] !== undefined && match[2] !== undefined) {
    return { kid: match[1], hmacKey: Buffer.from(match[2], 'base64').toString('base64url') };
  }
  throw new StartupError(
    `--acme-eab-file: ${file} does not hold an external account.`,
    'Write the identifier of the key, a colon and the key in base64url, as the authority shows them.',
  );
}

function read(flag: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StartupError(`${flag}: ${file} cannot be read: ${why}.`, 'Name a file that can be read.', {
      cause,
    });
  }
}
