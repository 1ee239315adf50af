import { isIP } from 'node:net';
import type { TraefikServiceReference } from '../kinds/traefik-shapes.ts';
import type { ImportedRoute, ImportedTarget, ImportedUpstream } from './imported.ts';
import type { ManifestWriter } from './manifest-writer.ts';

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.?$/i;

/** How routes refer to upstreams: the Services of each, by its name. */
export type UpstreamReferences = ReadonlyMap<string, readonly TraefikServiceReference[]>;

/**
 * Writes the Services of upstreams: one for all targets that are IP addresses of one weight and port, else one for each target,
 * of type ExternalName for a host name.
 */
export function writeUpstreams(
  upstreams: readonly ImportedUpstream[],
  writer: ManifestWriter,
): UpstreamReferences {
  return new Map(upstreams.map((upstream) => [upstream.name, writeUpstream(upstream, writer)]));
}

function writeUpstream(
  upstream: ImportedUpstream,
  writer: ManifestWriter,
): readonly TraefikServiceReference[] {
  const { transport, scheme, healthCheck, stickyCookie } = upstream;
  const targets = upstream.targets.filter(
    (target) => target.weight > 0 && isUsable(target, upstream, writer),
  );
  if (targets.length === 0) {
    const name = writeService(upstream.name, [], { port: 80, writer });
    writer.losses.add('changed', upstream.path, 'has no target that takes requests; requests get 503');
    return [{ name, port: 80 }];
  }
  const transportName = transport === undefined ? undefined : writeTransport(upstream, writer);
  const settings = {
    ...(scheme === 'http' ? {} : { scheme }),
    passHostHeader: upstream.passHostHeader,
    ...(transportName === undefined ? {} : { serversTransport: transportName }),
    ...(healthCheck === undefined ? {} : { healthCheck }),
    ...(stickyCookie === undefined ? {} : { sticky: { cookie: { name: stickyCookie } } }),
  };
  const [first] = targets;
  const isOne = targets.every(
    ({ host, port, weight }) => isIP(host) > 0 && port === first?.port && weight === first.weight,
  );
  if (isOne && first !== undefined) {
    const hosts = targets.map(({ host }) => host);
    return [
      {
        name: writeService(upstream.name, hosts, { port: first.port, writer }),
        port: first.port,
        ...settings,
      },
    ];
  }
  return targets.map(({ host, port, weight }) => ({
    name: writeService(upstream.name, [host], { port, writer }),
    port,
    ...(targets.length === 1 ? {} : { weight }),
    ...settings,
  }));
}

function isUsable(
  { host, port }: ImportedTarget,
  { path }: ImportedUpstream,
  { losses }: ManifestWriter,
): boolean {
  const isPort = Number.isInteger(port) && port >= 1 && port <= 65_535;
  if (isPort && (isIP(host) > 0 || HOST_NAME.test(host))) return true;
  losses.add('ignored', path, `the target "${host}:${port}" is not a host name or an IP address with a port`);
  return false;
}

function writeTransport({ name, transport = {} }: ImportedUpstream, writer: ManifestWriter): string {
  const made = writer.names.unique('ServersTransport', name);
  writer.traefik('ServersTransport', made, transport);
  return made;
}

interface ServiceOptions {
  readonly port: number;
  readonly writer: ManifestWriter;
}

/** Writes a Service of addresses, or of one host name; returns its name. */
function writeService(wanted: string, hosts: readonly string[], { port, writer }: ServiceOptions): string {
  const name = writer.names.unique('Service', wanted);
  const { namespace } = writer;
  const [first = ''] = hosts;
  const ports = [{ name: 'http', port }];
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace } };
  if (hosts.length === 1 && isIP(first) === 0) {
    writer.objects.push({ ...service, spec: { type: 'ExternalName', externalName: first, ports } });
    return name;
  }
  writer.objects.push({ ...service, spec: { ports } });
  for (const [addressType, addresses] of byAddressType(hosts))
    writer.objects.push({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: writer.names.unique('EndpointSlice', name, addressType === 'FQDN' ? 'local' : addressType),
        namespace,
        labels: { 'kubernetes.io/service-name': name },
      },
      addressType,
      ports: [{ name: 'http', port, protocol: 'TCP' }],
      endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    });
  return name;
}

/** An API server refuses loopback addresses unless their type is FQDN. */
function byAddressType(hosts: readonly string[]): ReadonlyMap<string, readonly string[]> {
  return Map.groupBy(hosts, (host) =>
    host.startsWith('127.') || host === '::1' ? 'FQDN' : isIP(host) === 6 ? 'IPv6' : 'IPv4',
  );
}

/** Returns the Services of a route, the weights of upstreams and of their targets multiplied. */
export function servicesOf(
  { upstreams }: ImportedRoute,
  references: UpstreamReferences,
): readonly TraefikServiceReference[] {
  const [only] = upstreams;
  if (upstreams.length === 1 && only !== undefined) return references.get(only.name) ?? [];
  return upstreams.flatMap(({ name, weight }) => {
    const found = references.get(name) ?? [];
    const total = found.reduce((sum, reference) => sum + (reference.weight ?? 1), 0);
    // Weights are whole numbers: a share of 1000 of each upstream keeps their ratio.
    return found.map((reference) => ({
      ...reference,
      weight: Math.round((weight * 1000 * (reference.weight ?? 1)) / Math.max(total, 1)),
    }));
  });
}
