import { join, resolve } from 'node:path';
import { z } from 'zod';
import { parseFlags } from '@portolan/process/flags';
import { LOG_LEVELS, type LogLevel } from '@portolan/process/logger';
import type { Reach } from '@portolan/process/address-guard';
import { StartupError } from '@portolan/process/startup-error';

const port = z.coerce.number().int().min(0).max(65_535);

/** Flags of role `platform`, and of `secrets`. */
export const platformFlags = z.object({
  'data-dir': z
    .string()
    .min(1)
    .default('.portolan')
    .meta({ value: 'DIR', description: 'database, keys, first credentials; one platform at a time' }),
  host: z.string().default('127.0.0.1').meta({ value: 'ADDRESS', description: 'where to listen' }),
  port: port.default(4400).meta({ value: 'N', description: '0 takes any free port' }),
  'public-url': z
    .url()
    .optional()
    .meta({ value: 'URL', description: 'what links and tokens name; where it listens, unless given' }),
  'allow-addresses': z.string().optional().meta({
    value: 'LIST',
    description:
      'where identity providers and webhooks may be beside public addresses: loopback, private, ranges such as 10.0.0.0/8; loopback,private while only this machine reaches the platform',
  }),
  'log-level': z
    .enum(LOG_LEVELS)
    .default('info')
    .meta({ value: 'LEVEL', description: 'structured lines on stderr' }),
  'broker-secret-file': z
    .string()
    .optional()
    .meta({ value: 'FILE', description: 'what brokers show; broker.secret in the data directory' }),
  brokers: z
    .string()
    .regex(/^[a-z0-9-]+(,[a-z0-9-]+)*$/)
    .optional()
    .meta({
      value: 'ID,…',
      description: 'the brokers that may register; all with a credential, unless given',
    }),
  'seal-key-file': z.string().optional().meta({
    value: 'FILE',
    description: 'keys that secrets are sealed under; seal.key in the data directory',
  }),
  'bootstrap-file': z.string().optional().meta({
    value: 'FILE',
    description: 'credentials of the first start; bootstrap.json in the data directory',
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
  PORTOLAN_EDGE_DOMAIN: z.string().min(1).default('edge.localhost'),
});

/** Everything the platform can be told at start. */
export interface Config {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  readonly brokerSecretFile: string;
  /** The brokers that the operator approves; null: all that show a credential. */
  readonly brokers: ReadonlySet<string> | null;
  /** Keys that secrets in the database are sealed under. */
  readonly sealKeyFile: string;
  readonly bootstrapFile: string;
  readonly clusterName: string;
  /** Where clients reach it, when that is not where it listens. */
  readonly publicUrl: string | undefined;
  /** Where requests may go at addresses that tenants choose. */
  readonly reach: Reach;
  readonly databaseUrl: string | undefined;
  /** Mail server, with its credentials; without one, links are handed over by hand. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  readonly edgeDomain: string;
  readonly supervised: boolean;
}

/** Reads flags and environment once; everything wrong with them is told in one line. */
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
    brokers: values.brokers === undefined ? null : new Set(values.brokers.split(',')),
    sealKeyFile: resolve(values.sealKeyFile ?? join(dataDir, 'seal.key')),
    bootstrapFile: resolve(values.bootstrapFile ?? join(dataDir, 'bootstrap.json')),
    clusterName: values.clusterName,
    publicUrl: values.publicUrl,
    reach: reachOf(values.allowAddresses, isLocal(values)),
    databaseUrl: vars.DATABASE_URL,
    smtpUrl: vars.PORTOLAN_SMTP_URL,
    mailFrom: vars.PORTOLAN_MAIL_FROM,
    edgeDomain: vars.PORTOLAN_EDGE_DOMAIN,
    supervised: vars.PORTOLAN_SUPERVISED === '1',
  };
}

const cidr = z.union([z.cidrv4(), z.cidrv6()]);

/** Returns whether the platform serves its own machine alone, whose user may reach everything on it anyhow. */
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
      `--allow-addresses: ${wrong} is neither loopback, private nor a range of addresses.`,
      'Name ranges as 10.0.0.0/8 or fd00::/8, separated by commas.',
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
