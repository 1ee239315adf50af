import { resolve } from 'node:path';
import { parseFlags, usageError, type Flags } from '@portolan/process/flags';
import { TUNNELS_MAX, TUNNELS_WANTED } from '@portolan/contract/agent';
import { DEFAULT_GENERATION, GENERATIONS } from '@portolan/resources/kinds/registry';
import { z } from 'zod';
import { ACCESS_LOG_FORMATS } from './access-log/format.ts';
import { commaList } from './commands/comma-list.ts';
import { entryPointAddress } from './commands/entry-point-address.ts';
import { commandList } from './commands/command-list.ts';
import { shareList } from './commands/share-list.ts';
import { AddressSet } from './gateway/http/addresses.ts';
import { TRACE_MODES } from './gateway/trace/trace-context.ts';

const port = z.coerce.number().int().min(0).max(65535);

const file = (description: string) => z.string().min(1).optional().meta({ value: 'FILE', description });
const directory = z
  .string()
  .min(1)
  .transform((path) => resolve(path));

const agentFlags = z.object({
  resources: directory
    .optional()
    .meta({ value: 'DIR', description: 'manifests to serve, with sub-folders; watched' }),
  kubeconfig: file('serves the resources of a cluster instead; without it, of the cluster around this pod'),
  context: z
    .string()
    .min(1)
    .optional()
    .meta({ value: 'NAME', description: 'context of the kubeconfig, in place of its current one' }),
  namespaces: commaList.meta({
    value: 'LIST',
    description: 'namespaces of the cluster to serve, with commas between; without it, all of them',
  }),
  'read-only': z.boolean().default(false).meta({
    description: 'write nothing to the cluster: no status, no Events, no objects',
  }),
  generation: z
    .enum(GENERATIONS)
    .default(DEFAULT_GENERATION)
    .meta({ value: 'GENERATION', description: 'generation of the hub.traefik.io resources to serve' }),
  'allow-cross-namespace': z.boolean().default(false).meta({
    description:
      "let Traefik's objects refer to Services, middlewares, TLSOptions and ServersTransports of other namespaces",
  }),
  'state-dir': directory.meta({
    value: 'DIR',
    description: 'where the agent keeps what it must know after a restart',
  }),
  'platform-url': z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      value: 'URL',
      description: 'platform to link to; without it the agent serves the directory alone',
    }),
  'token-file': file('file with the agent token of this cluster'),
  share: shareList,
  commands: commandList,
  host: z.string().min(1).default('127.0.0.1').meta({ value: 'ADDRESS', description: 'where to listen' }),
  'gateway-port': port
    .default(0)
    .meta({ value: 'N', description: 'port of the gateway; 0 takes any free one' }),
  'gateway-tls-port': port.optional().meta({ value: 'N', description: 'port of the gateway for TLS' }),
  'auth-port': port.optional().meta({
    value: 'N',
    description: 'port for ingress controllers that ask whether a request may pass',
  }),
  'auth-url': z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      value: 'URL',
      description: 'where Traefik and ingress-nginx reach it: they are then made to ask, by annotation',
    }),
  'portal-port': port.optional().meta({
    value: 'N',
    description:
      'port that serves API portals alone, for an ingress controller in front (Service apiportal, 9903)',
  }),
  'traefik-entry-points': commaList.meta({
    value: 'LIST',
    description: 'entry points of Traefik on which it carries the routes of APIs and edge ingresses',
  }),
  'traefik-tls-entry-points': commaList.meta({
    value: 'LIST',
    description:
      'entry points on which it carries them, and portals, by TLS with the certificates of their hosts, which the agent writes to Secrets',
  }),
  'traefik-tunnel': entryPointAddress.optional().meta({
    value: 'NAME=HOST:PORT',
    description: 'entry point of Traefik that TLS connections through tunnels are passed on to',
  }),
  'traefik-proxy-protocol': z.boolean().default(false).meta({
    description: 'tell that entry point the address of clients by the PROXY protocol',
  }),
  'admission-port': port.optional().meta({
    value: 'N',
    description: 'port for the API server, which asks there before it stores resources (with TLS)',
  }),
  'admission-names': commaList.meta({
    value: 'LIST',
    description:
      'host names and addresses by which the API server reaches it; without it, those of the Service portolan-agent-admission',
  }),
  'admin-port': port
    .optional()
    .meta({ value: 'N', description: 'port of /healthz, /readyz, /readyz/tunnels and /metrics' }),
  tunnels: z.coerce
    .number()
    .int()
    .min(1)
    .max(TUNNELS_MAX)
    .default(TUNNELS_WANTED)
    .meta({ value: 'N', description: `tunnels to keep, each to another broker; up to ${TUNNELS_MAX}` }),
  'tunnel-ca-file': file("authority that signed the brokers' certificates, beside those of the system"),
  'tunnel-cert-file': file('certificate to show to brokers that want one'),
  'tunnel-key-file': file('its key'),
  'log-level': z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .meta({ value: 'LEVEL', description: 'structured lines on stderr' }),
  'redis-url': z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .meta({ value: 'URL', description: 'counts distributed rate limits in this Redis' }),
  'redis-failure': z
    .enum(['local', 'open', 'closed'])
    .default('local')
    .meta({ value: 'MODE', description: 'what such limits do while Redis is away: local, open or closed' }),
  'trusted-proxies': z
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
    })
    .meta({
      value: 'LIST',
      description: 'addresses and networks whose X-Forwarded-* are believed, with commas between',
    }),
  'trace-context': z.enum(TRACE_MODES).default('accept').meta({
    value: 'MODE',
    description:
      "callers' W3C trace context: ignore, accept (continue the trace, sample by itself), or trust (the sampling of trusted proxies too)",
  }),
  'trace-sample': z.coerce.number().min(0).max(1).default(1).meta({
    value: 'RATIO',
    description: 'share of traces to export, 0 to 1; failed and slow requests are exported always',
  }),
  'otlp-endpoint': z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      value: 'URL',
      description: 'OpenTelemetry collector that gets spans and metrics by OTLP over HTTP',
    }),
  'otlp-signals': z
    .enum(['traces', 'metrics', 'traces,metrics'])
    .default('traces,metrics')
    .meta({ value: 'LIST', description: 'what it gets: traces, metrics, or both' }),
  'otlp-headers-file': file('header fields for it, one "Name: value" a line'),
  'access-log': z
    .string()
    .min(1)
    .optional()
    .meta({ value: 'FILE', description: 'writes a line for each request to a file, or to stdout' }),
  'access-log-format': z
    .enum(ACCESS_LOG_FORMATS)
    .default('json')
    .meta({ value: 'FORMAT', description: 'json (names of OpenTelemetry), common or traefik' }),
  'access-log-query': z
    .boolean()
    .default(false)
    .meta({ description: 'write queries too, without values that look like credentials' }),
  'access-log-address': z
    .enum(['masked', 'full'])
    .default('masked')
    .meta({ value: 'HOW', description: "callers' addresses: masked (to a network) or full" }),
  'allow-empty': z
    .boolean()
    .default(false)
    .meta({ description: 'let a change take every route out of service' }),
});
export type AgentOptions = Flags<typeof agentFlags>;

const USAGE = [
  'usage: portolan-agent (--resources DIR | [--kubeconfig FILE] [--namespaces LIST]) --state-dir DIR',
  '                      [--platform-url URL --token-file FILE]',
].join('\n');

/** Parses the command line. Throws `StartupError` with every option that is wrong, `HelpRequested` for --help. */
export function parseOptions(argv: readonly string[]): AgentOptions {
  const options = parseFlags(agentFlags, argv, USAGE);
  refuseSources(options);
  if (options.authUrl !== undefined && options.authPort === undefined)
    throw usageError('--auth-url needs --auth-port, the port of the auth service');
  refuseTraefik(options);
  if (options.platformUrl !== undefined && options.tokenFile === undefined) {
    throw usageError('--platform-url needs --token-file, the file with the agent token of this cluster');
  }
  if (options.otlpHeadersFile !== undefined && options.otlpEndpoint === undefined)
    throw usageError('--otlp-headers-file needs --otlp-endpoint');
  if ((options.tunnelCertFile === undefined) !== (options.tunnelKeyFile === undefined)) {
    throw usageError('--tunnel-cert-file and --tunnel-key-file must be used together');
  }
  return options;
}

function refuseTraefik(options: AgentOptions): void {
  const { authUrl, traefikEntryPoints, traefikTlsEntryPoints, traefikTunnel, traefikProxyProtocol } = options;
  const isCarrying = [traefikEntryPoints, traefikTlsEntryPoints].some(({ length }) => length > 0);
  if ((isCarrying || traefikTunnel !== undefined) && authUrl === undefined)
    throw usageError('--traefik-* options need --auth-url: Traefik asks there who may call');
  if (traefikProxyProtocol && traefikTunnel === undefined)
    throw usageError('--traefik-proxy-protocol needs --traefik-tunnel');
}

/** Resources come from a directory or from one cluster. */
function refuseSources(options: AgentOptions): void {
  const { resources, kubeconfig, context, namespaces, readOnly, admissionPort } = options;
  if (resources !== undefined) {
    if (kubeconfig !== undefined) throw usageError('--resources and --kubeconfig exclude each other');
    if (namespaces.length > 0) throw usageError('--namespaces is for clusters, not for --resources');
    if (readOnly) throw usageError('--read-only is for clusters: manifests are never written to');
    if (admissionPort !== undefined)
      throw usageError('--admission-port is for clusters: use portolan validate for manifests');
  } else if (kubeconfig === undefined && !process.env['KUBERNETES_SERVICE_HOST']) {
    throw usageError('--resources is missing; to serve a cluster, name it with --kubeconfig');
  }
  if (readOnly && admissionPort !== undefined)
    throw usageError(
      '--admission-port writes the certificate of its authority to the cluster: remove --read-only',
    );
  if (context !== undefined && kubeconfig === undefined) throw usageError('--context needs --kubeconfig');
}
