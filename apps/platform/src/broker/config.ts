import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { brokerRegistration } from '@portolan/contract/broker-link';
import { Refusal } from '../refusal.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const count = z.coerce.number().int().min(1);

const flags = z.object({
  id: brokerRegistration.shape.id,
  region: brokerRegistration.shape.region,
  'platform-url': z.url({ protocol: /^https?$/ }),
  'broker-secret-file': z.string().min(1),
  host: z.string().min(1).default('127.0.0.1'),
  port: port.default(0),
  'edge-http-port': port.default(0),
  'edge-https-port': port.default(0),
  'metrics-port': port.optional(),
  'public-url': z.url({ protocol: /^wss?$/ }).optional(),
  'edge-public-http': z.url().optional(),
  'edge-public-https': z.url().optional(),
  'tls-cert-file': z.string().optional(),
  'tls-key-file': z.string().optional(),
  'client-ca-file': z.string().optional(),
  'peer-ca-file': z.string().optional(),
  'state-dir': z.string().min(1).optional(),
  'reuse-port': z.boolean().default(false),
  capacity: z.coerce.number().positive().default(1),
  'drain-ms': z.coerce.number().int().min(0).default(30_000),
  'sessions-max': count.default(10_000),
  'sessions-per-cluster-max': count.default(32),
  'streams-per-session-max': count.default(4_096),
  'connections-max': count.default(20_000),
  'log-level': z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

/** Everything a broker can be told at start. */
export interface BrokerConfig {
  readonly id: string;
  readonly region: string;
  readonly platformUrl: string;
  readonly secret: string;
  readonly host: string;
  readonly port: number;
  readonly edgeHttpPort: number;
  readonly edgeHttpsPort: number;
  readonly metricsPort: number | undefined;
  /** Where agents and peers reach it, when that is not where it listens; likewise the edge. */
  readonly publicUrl: string | undefined;
  readonly edgePublicHttp: string | undefined;
  readonly edgePublicHttps: string | undefined;
  /** PEM; agents must show a certificate of `clientCa` where that is given. */
  readonly tls:
    | { readonly cert: string; readonly key: string; readonly clientCa: string | undefined }
    | undefined;
  /** PEM; the authority of peers' certificates, beside those of the system. */
  readonly peerCa: string | undefined;
  /** Where it keeps what it knows over a restart; nowhere unless given. */
  readonly stateDir: string | undefined;
  /** Other processes may listen on the same edge ports. */
  readonly reusePort: boolean;
  readonly capacity: number;
  readonly drainMs: number;
  readonly sessionsMax: number;
  readonly sessionsPerClusterMax: number;
  readonly streamsPerSessionMax: number;
  readonly connectionsMax: number;
  readonly logLevel: string;
}

const HELP = 'See docs/brokers.md for the options.';

/** Reads the command line of role `broker`; what is wrong with it is told in one line. */
export function readBrokerConfig(argv: readonly string[]): BrokerConfig {
  const values = parse(argv);
  return {
    id: values.id,
    region: values.region,
    platformUrl: values['platform-url'],
    secret: readFile(values['broker-secret-file'], 'broker-secret-file'),
    host: values.host,
    port: values.port,
    edgeHttpPort: values['edge-http-port'],
    edgeHttpsPort: values['edge-https-port'],
    metricsPort: values['metrics-port'],
    publicUrl: values['public-url'],
    edgePublicHttp: values['edge-public-http'],
    edgePublicHttps: values['edge-public-https'],
    tls: readTls(values),
    peerCa: values['peer-ca-file'] && readFile(values['peer-ca-file'], 'peer-ca-file'),
    stateDir: values['state-dir'],
    reusePort: values['reuse-port'],
    capacity: values.capacity,
    drainMs: values['drain-ms'],
    sessionsMax: values['sessions-max'],
    sessionsPerClusterMax: values['sessions-per-cluster-max'],
    streamsPerSessionMax: values['streams-per-session-max'],
    connectionsMax: values['connections-max'],
    logLevel: values['log-level'],
  };
}

function parse(argv: readonly string[]): z.output<typeof flags> {
  const options = Object.fromEntries(
    Object.keys(flags.shape).map((name) => [
      name,
      { type: name === 'reuse-port' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  let given: unknown;
  try {
    given = parseArgs({ args: [...argv], options, strict: true }).values;
  } catch (error) {
    throw new Refusal(error instanceof Error ? error.message : String(error), HELP);
  }
  const result = flags.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new Refusal(`--${issue?.path.join('.')}: ${issue?.message}.`, HELP);
}

function readTls(values: z.output<typeof flags>): BrokerConfig['tls'] {
  const { 'tls-cert-file': cert, 'tls-key-file': key, 'client-ca-file': clientCa } = values;
  if (cert === undefined && key === undefined && clientCa === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new Refusal('TLS needs both --tls-cert-file and --tls-key-file.', HELP);
  }
  return {
    cert: readFile(cert, 'tls-cert-file'),
    key: readFile(key, 'tls-key-file'),
    clientCa: clientCa === undefined ? undefined : readFile(clientCa, 'client-ca-file'),
  };
}

function readFile(path: string, flag: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new Refusal(
      `--${flag} ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      'Check the path and its permissions.',
      error,
    );
  }
  if (text === '') throw new Refusal(`--${flag} ${path} is empty.`, 'Give the file the platform wrote.');
  return text;
}
