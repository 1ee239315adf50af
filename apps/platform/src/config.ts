import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { Refusal } from './refusal.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const positiveInt = z.coerce.number().int().min(0).max(65_535);

const flags = z.object({
  'data-dir': z.string().min(1).default('.portolan'),
  host: z.string().default('127.0.0.1'),
  port: positiveInt.default(4400),
  'log-level': z.enum(LEVELS).default('info'),
  'broker-secret-file': z.string().optional(),
  'seal-key-file': z.string().optional(),
  'bootstrap-file': z.string().optional(),
  'cluster-name': z.string().trim().min(1).max(120).default('local'),
  'public-url': z.url().optional(),
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
  readonly logLevel: (typeof LEVELS)[number];
  readonly brokerSecretFile: string;
  /** Keys that secrets in the database are sealed under. */
  readonly sealKeyFile: string;
  readonly bootstrapFile: string;
  readonly clusterName: string;
  /** Where clients reach it, when that is not where it listens. */
  readonly publicUrl: string | undefined;
  readonly databaseUrl: string | undefined;
  /** Mail server, with its credentials; without one, links are handed over by hand. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  readonly edgeDomain: string;
  readonly supervised: boolean;
}

/** Reads flags and environment once; everything wrong with them is told in one line. */
export function readConfig(argv: readonly string[], env: NodeJS.ProcessEnv): Config {
  const values = parse(flags, readFlags(argv));
  const vars = parse(environment, env);
  const dataDir = resolve(values['data-dir']);
  return {
    dataDir,
    host: values.host,
    port: values.port,
    logLevel: values['log-level'],
    brokerSecretFile: resolve(values['broker-secret-file'] ?? join(dataDir, 'broker.secret')),
    sealKeyFile: resolve(values['seal-key-file'] ?? join(dataDir, 'seal.key')),
    bootstrapFile: resolve(values['bootstrap-file'] ?? join(dataDir, 'bootstrap.json')),
    clusterName: values['cluster-name'],
    publicUrl: values['public-url'],
    databaseUrl: vars.DATABASE_URL,
    smtpUrl: vars.PORTOLAN_SMTP_URL,
    mailFrom: vars.PORTOLAN_MAIL_FROM,
    edgeDomain: vars.PORTOLAN_EDGE_DOMAIN,
    supervised: vars.PORTOLAN_SUPERVISED === '1',
  };
}

function readFlags(argv: readonly string[]): unknown {
  const options = Object.fromEntries(
    Object.keys(flags.shape).map((name) => [name, { type: 'string' as const }]),
  );
  try {
    return parseArgs({ args: [...argv], options, strict: true }).values;
  } catch (error) {
    throw new Refusal(
      error instanceof Error ? error.message : String(error),
      'See docs/platform.md for the options.',
    );
  }
}

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new Refusal(`${issue?.path.join('.')}: ${issue?.message}`, 'See docs/platform.md for the options.');
}
