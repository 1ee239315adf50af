import { isIP, SocketAddress } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { parseFlags } from '@portolan/process/flags';
import { LOG_LEVELS, type LogLevel } from '@portolan/process/logger';
import type { Reach } from '@portolan/process/address-guard';
import { StartupError } from '@portolan/process/startup-error';
import { challengeZoneOf, type ChallengeZoneConfig } from './acme-dns-config.ts';
import { acmeFlags, issuersOf, type IssuerConfig } from './acme-config.ts';

const port = z.coerce.number().int().min(0).max(65_535);

/** Flags of the role `platform` and of `secrets`. */
export const platformFlags = z.object({
  'data-dir': z.string().min(1).default('.portolan').meta({
    value: 'DIR',
    description: 'directory for database, keys and initial credentials; used by one platform at a time',
  }),
  host: z.string().default('127.0.0.1').meta({ value: 'ADDRESS', description: 'address to listen on' }),
  port: port.default(4400).meta({ value: 'N', description: 'port to listen on; 0 selects a free port' }),
  'public-url': z
    .url()
    .optional()
    .meta({ value: 'URL', description: 'base URL of links and tokens (default: the listening address)' }),
  'allow-addresses': z.string().optional().meta({
    value: 'LIST',
    description:
      'addresses permitted for identity providers and webhooks besides public ones: loopback, private, ranges such as 10.0.0.0/8 (default: loopback,private if the platform listens on loopback only, else none)',
  }),
  'log-level': z
    .enum(LOG_LEVELS)
    .default('info')
    .meta({ value: 'LEVEL', description: 'level of the structured log on stderr' }),
  'broker-secret-file': z.string().optional().meta({
    value: 'FILE',
    description: 'secret of the brokers (default: broker.secret in the data directory)',
  }),
  brokers: z
    .string()
    .regex(/^(\*|[a-z0-9-]+(,[a-z0-9-]+)*)$/)
    .optional()
    .meta({
      value: 'ID,…',
      description: 'brokers approved when they first register, * for all; others wait for an administrator',
    }),
  'seal-key-file': z.string().optional().meta({
    value: 'FILE',
    description: 'keys that encrypt secrets (default: seal.key in the data directory)',
  }),
  'bootstrap-file': z.string().optional().meta({
    value: 'FILE',
    description: 'initial credentials (default: bootstrap.json in the data directory)',
  }),
  'dns-servers': z.string().optional().meta({
    value: 'LIST',
    description:
      'resolvers that proofs of custom domains are looked up at, as IP or IP:PORT, separated by commas (default: those of the system)',
  }),
  ...acmeFlags,
  'console-dir': z.string().optional().meta({
    value: 'DIR',
    description:
      'directory of the built web console, served at / (default: PORTOLAN_CONSOLE_DIR, which images set; else no console)',
  }),
  'cluster-name': z
    .string()
    .trim()
    .min(1)
    .max(120)
    .default('local')
    .meta({ value: 'NAME', description: 'name of the first cluster' }),
});
const environment = z.object({
  DATABASE_URL: z.string().min(1).optional(),
  PORTOLAN_SUPERVISED: z.string().optional(),
  PORTOLAN_SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be smtp://… or smtps://…' }).optional(),
  PORTOLAN_MAIL_FROM: z.string().min(3).max(320).default('Portolan <portolan@localhost>'),
  PORTOLAN_CONSOLE_DIR: z.string().min(1).optional(),
  PORTOLAN_EDGE_DOMAIN: z.string().min(1).default('edge.localhost'),
});

/** Configuration of the platform. */
export interface Config {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  readonly brokerSecretFile: string;
  /** Ids of the brokers that are approved when they first register; `*` stands for all. */
  readonly approvedBrokers: ReadonlySet<string>;
  /** Key file for the secrets in the database. */
  readonly sealKeyFile: string;
  readonly bootstrapFile: string;
  readonly clusterName: string;
  /** Resolvers for custom domains, as `IP` or `IP:PORT`; empty: those of the system. */
  readonly dnsServers: readonly string[];
  /** Public authorities for custom domains, in the order in which they are tried; empty: the local authority issues. */
  readonly issuers: readonly IssuerConfig[];
  /** Zone that DNS-01 challenges are delegated to; null: none. */
  readonly challengeZone: ChallengeZoneConfig | null;
  /** URL at which clients reach the platform, if different from the listening address. */
  readonly publicUrl: string | undefined;
  /** Addresses that requests to tenant-chosen URLs may go to. */
  readonly reach: Reach;
  readonly databaseUrl: string | undefined;
  /** URL of the SMTP server with its credentials; without one, links are shown instead of mailed. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  readonly edgeDomain: string;
  /** Directory of the built web console; undefined: none is served. */
  readonly consoleDir: string | undefined;
  readonly supervised: boolean;
}

/** Reads the configuration from flags and environment. @throws StartupError. */
export function readConfig(argv: readonly string[], env: NodeJS.ProcessEnv): Config {
  const values = parseFlags(platformFlags, argv);
  const vars = readEnvironment(env);
  const dataDir = resolve(values.dataDir);
  return {
    dataDir,
    host: values.host,
    port: values.port,
    logLevel: values.logLevel,
    brokerSecretFile: resolve(values.brokerSecretFile ?? join(dataDir, 'broker.secret')),
    approvedBrokers: new Set(values.brokers?.split(',')),
    sealKeyFile: resolve(values.sealKeyFile ?? join(dataDir, 'seal.key')),
    bootstrapFile: resolve(values.bootstrapFile ?? join(dataDir, 'bootstrap.json')),
    clusterName: values.clusterName,
    dnsServers: dnsServersOf(values.dnsServers),
    issuers: issuersOf(values),
    challengeZone: challengeZoneOf(values.acmeDnsFile),
    publicUrl: values.publicUrl,
    reach: reachOf(values.allowAddresses, isLocal(values)),
    databaseUrl: vars.DATABASE_URL,
    smtpUrl: vars.PORTOLAN_SMTP_URL,
    mailFrom: vars.PORTOLAN_MAIL_FROM,
    edgeDomain: vars.PORTOLAN_EDGE_DOMAIN,
    consoleDir: absolute(values.consoleDir ?? vars.PORTOLAN_CONSOLE_DIR),
    supervised: vars.PORTOLAN_SUPERVISED === '1',
  };
}

function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}

const cidr = z.union([z.cidrv4(), z.cidrv6()]);

/** Returns whether the platform is reachable from its own machine only, whose users can access its other services anyway. */
function isLocal({
  host,
  publicUrl,
}: {
  readonly host: string;
  readonly publicUrl?: string | undefined;
}): boolean {
  const hosts = [host, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])];
  return hosts.every((name) => /^(?:localhost|.+\.localhost|127\.[\d.]+|\[?::1\]?)$/.test(name));
}

function dnsServersOf(list: string | undefined): string[] {
  const servers = (list ?? '')
    .split(',')
    .map((server) => server.trim())
    .filter((server) => server !== '');
  const wrong = servers.find((server) => isIP(server) === 0 && SocketAddress.parse(server) === undefined);
  if (wrong === undefined) return servers;
  throw new StartupError(
    `--dns-servers: invalid value ${wrong}: must be an address of a resolver.`,
    'Use addresses such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53, separated by commas.',
  );
}

function reachOf(list: string | undefined, isOpen: boolean): Reach {
  if (list === undefined) return { loopback: isOpen, private: isOpen };
  const words = list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const ranges = words.filter((word) => word !== 'loopback' && word !== 'private');
  const wrong = ranges.find((range) => !cidr.safeParse(range).success);
  if (wrong !== undefined) {
    throw new StartupError(
      `--allow-addresses: invalid value ${wrong}: must be loopback, private or an address range.`,
      'Use ranges such as 10.0.0.0/8 or fd00::/8, separated by commas.',
    );
  }
  return { loopback: words.includes('loopback'), private: words.includes('private'), ranges };
}

function readEnvironment(env: NodeJS.ProcessEnv): z.output<typeof environment> {
  const result = environment.safeParse(env);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new StartupError(
    `${issue?.path.join('.')}: ${issue?.message}`,
    'See docs/platform.md for the variables.',
  );
}
