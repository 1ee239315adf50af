import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { z } from 'zod';
import { AddressSet } from './gateway/http/client-address.ts';

const port = z.coerce.number().int().min(0).max(65535);

const optionsSchema = z.object({
  resources: z
    .string()
    .min(1)
    .transform((path) => resolve(path)),
  stateDir: z
    .string()
    .min(1)
    .transform((path) => resolve(path)),
  platformUrl: z.url({ protocol: /^https?$/ }).optional(),
  tokenFile: z.string().min(1).optional(),
  host: z.string().min(1).default('127.0.0.1'),
  gatewayPort: port.default(0),
  gatewayTlsPort: port.optional(),
  adminPort: port.optional(),
  tunnelCaFile: z.string().min(1).optional(),
  tunnelCertFile: z.string().min(1).optional(),
  tunnelKeyFile: z.string().min(1).optional(),
  tunnels: z.coerce.number().int().min(1).max(16).default(3),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  redisUrl: z.url({ protocol: /^rediss?$/ }).optional(),
  redisFailure: z.enum(['local', 'open', 'closed']).default('local'),
  trustedProxies: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
    )
    .superRefine((entries, context) => {
      try {
        void new AddressSet(entries);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      }
    }),
  allowEmpty: z.boolean().default(false),
});
export type AgentOptions = z.output<typeof optionsSchema>;

/** A mistake of the one who starts the agent: shown as one line, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `usage: agent --resources DIR --state-dir DIR [--platform-url URL --token-file FILE]
  --resources DIR        manifests to serve, with sub-folders; watched
  --state-dir DIR        where the agent keeps what it must know after a restart
  --platform-url URL     platform to link to; without it the agent serves the directory alone
  --token-file FILE      file with the agent token of this cluster
  --host ADDRESS         where to listen (127.0.0.1)
  --gateway-port N       port of the gateway (0: any free one)
  --gateway-tls-port N   port of the gateway for TLS (none)
  --admin-port N         port of /healthz, /readyz and /metrics (none)
  --tunnels N            tunnels to keep (3)
  --tunnel-ca-file FILE  authority that signed the brokers' certificates (those of the system)
  --tunnel-cert-file FILE, --tunnel-key-file FILE
                         certificate to show to brokers that want one (none)
  --log-level LEVEL      debug, info, warn or error (info)
  --redis-url URL        counts distributed rate limits in this Redis (none: each agent counts for itself)
  --redis-failure MODE   what such limits do while Redis is away: local, open or closed (local)
  --trusted-proxies LIST addresses and networks whose X-Forwarded-* are believed, with commas between (none)
  --allow-empty          let a change take every route out of service`;

/** Reads the command line, or says which option is wrong. */
export function parseOptions(argv: readonly string[]): AgentOptions {
  const text = { type: 'string' } as const;
  let values: Record<string, string | boolean | undefined>;
  try {
    values = parseArgs({
      args: [...argv],
      options: {
        resources: text,
        'state-dir': text,
        'platform-url': text,
        'token-file': text,
        host: text,
        'gateway-port': text,
        'gateway-tls-port': text,
        'admin-port': text,
        'tunnel-ca-file': text,
        'tunnel-cert-file': text,
        'tunnel-key-file': text,
        tunnels: text,
        'log-level': text,
        'redis-url': text,
        'redis-failure': text,
        'trusted-proxies': text,
        'allow-empty': { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const named = Object.entries(values).map(([flag, value]) => [camelCase(flag), value]);
  const parsed = optionsSchema.safeParse(Object.fromEntries(named));
  if (!parsed.success) throw new UsageError(explain(parsed.error));
  if (parsed.data.platformUrl !== undefined && parsed.data.tokenFile === undefined) {
    throw new UsageError('--platform-url needs --token-file: the agent token proves which cluster this is');
  }
  if ((parsed.data.tunnelCertFile === undefined) !== (parsed.data.tunnelKeyFile === undefined)) {
    throw new UsageError('--tunnel-cert-file and --tunnel-key-file go together');
  }
  return parsed.data;
}

function explain(error: z.ZodError): string {
  return error.issues.map((issue) => `--${kebabCase(String(issue.path[0]))}: ${issue.message}`).join('; ');
}

function camelCase(flag: string): string {
  return flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
