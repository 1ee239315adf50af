import { readFileSync } from 'node:fs';
import { parseFlags, type Flags } from '@portolan/process/flags';
import { LOG_LEVELS } from '@portolan/process/logger';
import { classifyAddress } from '@portolan/contract/address-class';
import { z } from 'zod';
import { brokerRegistration } from '@portolan/contract/broker-link';
import { claimedId } from '@portolan/process/broker-credential';
import { StartupError } from '@portolan/process/startup-error';

const port = z.coerce.number().int().min(0).max(65_535);
const count = z.coerce.number().int().min(1);

export const brokerFlags = z.object({
  id: brokerRegistration.shape.id.meta({ value: 'NAME', description: 'its identity, for good' }),
  region: brokerRegistration.shape.region.meta({ value: 'NAME', description: 'where it is' }),
  'platform-url': z.url({ protocol: /^https?$/ }).meta({ value: 'URL', description: 'the platform' }),
  'broker-secret-file': z
    .string()
    .min(1)
    .meta({ value: 'FILE', description: 'its credential, from `portolan-platform broker-credential`' }),
  host: z.string().min(1).default('127.0.0.1').meta({ value: 'ADDRESS', description: 'where to listen' }),
  port: port
    .default(0)
    .meta({ value: 'N', description: 'where tunnels are accepted; 0 takes any free port' }),
  'edge-http-port': port.default(0).meta({ value: 'N', description: 'public listener for HTTP' }),
  'edge-https-port': port
    .default(0)
    .meta({ value: 'N', description: 'public listener for TLS, which is passed through' }),
  'dns-port': port.optional().meta({
    value: 'N',
    description:
      'answers DNS-01 challenges over UDP and TCP, for the zone that the platform names; 53 where the zone is delegated to it',
  }),
  'metrics-port': port
    .optional()
    .meta({ value: 'N', description: 'Prometheus metrics at /metrics; keep it private' }),
  'public-url': z
    .url({ protocol: /^wss?$/ })
    .optional()
    .meta({ value: 'URL', description: 'how agents and peers reach it; where it listens, unless given' }),
  'edge-public-http': z
    .url()
    .optional()
    .meta({ value: 'URL', description: 'how the public reaches the listener for HTTP' }),
  'edge-public-https': z
    .url()
    .optional()
    .meta({ value: 'URL', description: 'how the public reaches the listener for TLS' }),
  'tls-cert-file': z
    .string()
    .optional()
    .meta({ value: 'FILE', description: 'certificate for tunnels, in PEM' }),
  'tls-key-file': z.string().optional().meta({ value: 'FILE', description: 'its key' }),
  'allow-plain-tunnels': z.boolean().default(false).meta({
    description: 'accept tunnels without TLS outside of loopback, where something in front ends it',
  }),
  'client-ca-file': z.string().optional().meta({
    value: 'FILE',
    description: 'agents must show a certificate of this authority, beside their token',
  }),
  'peer-ca-file': z
    .string()
    .optional()
    .meta({ value: 'FILE', description: 'authority of the other brokers, beside those of the system' }),
  'state-dir': z
    .string()
    .min(1)
    .optional()
    .meta({ value: 'DIR', description: 'keeps what it knows over a restart' }),
  'reuse-port': z
    .boolean()
    .default(false)
    .meta({ description: 'other brokers may listen on the same ports, one per core' }),
  capacity: z.coerce
    .number()
    .positive()
    .max(16)
    .default(1)
    .meta({ value: 'N', description: 'relative share of agents' }),
  'drain-ms': z.coerce
    .number()
    .int()
    .min(0)
    .default(30_000)
    .meta({ value: 'MS', description: 'how long draining may take' }),
  'sessions-max': count.default(10_000).meta({ value: 'N', description: 'tunnels' }),
  'sessions-per-cluster-max': count.default(32).meta({ value: 'N', description: 'tunnels of one cluster' }),
  'streams-per-session-max': count.default(4_096).meta({ value: 'N', description: 'streams of one tunnel' }),
  'connections-max': count
    .default(20_000)
    .meta({ value: 'N', description: 'public connections of each listener' }),
  'connections-per-address-max': count.optional().meta({
    value: 'N',
    description: 'of one address or IPv6 /64; a quarter, unless given',
  }),
  'connections-per-cluster-max': count
    .optional()
    .meta({ value: 'N', description: 'to one cluster; half, unless given' }),
  'tunnel-connections-per-address-max': count.default(5_000).meta({
    value: 'N',
    description: 'connections of one address or IPv6 /64 to the tunnel port: its agents, or a peer',
  }),
  'log-level': z
    .enum(LOG_LEVELS)
    .default('info')
    .meta({ value: 'LEVEL', description: 'structured lines on stderr' }),
});

type BrokerFlags = Flags<typeof brokerFlags>;

/** Everything a broker can be told at start; what files were named for stands in their place. */
export interface BrokerConfig extends Omit<
  BrokerFlags,
  'brokerSecretFile' | 'tlsCertFile' | 'tlsKeyFile' | 'clientCaFile' | 'peerCaFile'
> {
  /** `ID.MAC`, of this broker alone. */
  readonly credential: string;
  /** PEM; agents must show a certificate of `clientCa` where that is given. */
  readonly tls:
    | { readonly cert: string; readonly key: string; readonly clientCa: string | undefined }
    | undefined;
  /** PEM; the authority of peers' certificates, beside those of the system. */
  readonly peerCa: string | undefined;
}

/** Parses the command line of role `broker`. @throws StartupError with one line for the user. */
export function readBrokerConfig(argv: readonly string[]): BrokerConfig {
  const { brokerSecretFile, tlsCertFile, tlsKeyFile, clientCaFile, peerCaFile, ...rest } = parseFlags(
    brokerFlags,
    argv,
  );
  if (!tlsCertFile && !rest.allowPlainTunnels && !isLoopback(rest.host)) {
    throw new StartupError(
      `Tunnels would be accepted on ${rest.host} without TLS, and agent tokens would cross the network in clear`,
      'Give --tls-cert-file and --tls-key-file, or --allow-plain-tunnels where something in front ends TLS.',
      { exitCode: 2 },
    );
  }
  return {
    ...rest,
    credential: readCredential(rest.id, readFile(brokerSecretFile, 'broker-secret-file')),
    tls: readTls({ cert: tlsCertFile, key: tlsKeyFile, clientCa: clientCaFile }),
    peerCa: peerCaFile && readFile(peerCaFile, 'peer-ca-file'),
  };
}

function readCredential(id: string, credential: string): string {
  const of = claimedId(credential);
  if (of === id) return credential;
  throw new StartupError(
    of === null
      ? '--broker-secret-file does not hold a credential of a broker'
      : `--broker-secret-file holds the credential of broker ${of}, not of ${id}`,
    `On the platform's machine, create one with \`portolan-platform broker-credential --id ${id}\`; the platform's own secret stays there.`,
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || classifyAddress(host) === 'loopback';
}

function readTls({
  cert,
  key,
  clientCa,
}: Readonly<Record<'cert' | 'key' | 'clientCa', string | undefined>>): BrokerConfig['tls'] {
  if (cert === undefined && key === undefined && clientCa === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new StartupError('TLS needs both --tls-cert-file and --tls-key-file.', 'Give both, or neither.');
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
    throw new StartupError(
      `--${flag} ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      'Check the path and its permissions.',
      { cause: error },
    );
  }
  if (text === '') throw new StartupError(`--${flag} ${path} is empty.`, 'Give the file the platform wrote.');
  return text;
}
