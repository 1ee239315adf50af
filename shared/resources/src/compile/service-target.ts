import type { Service } from '../kinds/core-shapes.ts';
import { followTransport } from './traefik/references.ts';
import type { Target } from '../model/model.ts';
import type { ServiceTarget, UpstreamTransport } from '../model/service.ts';
import { isControlPlaneService } from './platform-origin.ts';
import type { ValidObject, Reader } from './reader.ts';
import { type ServiceSettings, serviceSettings } from './service-annotations.ts';
import type { Resolved } from './unit.ts';

interface ServiceReference {
  readonly namespace: string;
  readonly name: string;
  readonly port: string | number;
  /** Field of the referrer, for its problems. */
  readonly field: string;
  /** What the referrer itself sets; it goes before the Service's annotations. */
  readonly settings?: ServiceSettings;
}

type PortShape = NonNullable<Service['spec']['ports']>[number];

/**
 * Follows a reference to a Service. A Service or port that is missing is a warning, and answered 503 until it comes;
 * a transport that cannot be used refuses, since requests must not go out with less protection than asked for.
 */
export function serviceTarget(reader: Reader, reference: ServiceReference): Resolved<ServiceTarget> {
  const { namespace, name } = reference;
  if (reader.isRemote && isControlPlaneService(namespace, name)) return refuseControlPlane(reader, reference);
  const service = reader.find<Service>({ group: '', kind: 'Service', namespace, name });
  const port = findPort(service, reference.port);
  warnOfGaps(reader, reference, service);
  const settings = { ...serviceSettings(service?.object.metadata.annotations ?? {}), ...reference.settings };
  const transport: Resolved<UpstreamTransport | null> =
    settings.serversTransport === undefined
      ? { ok: true, value: null }
      : followTransport(reader, {
          name: settings.serversTransport,
          namespace,
          isAnnotation: reference.settings?.serversTransport === undefined,
        });
  if (!transport.ok) {
    reader.error('missing-reference', `${reference.field}.serversTransport`, {
      message: `${transport.reason}; requests get 503`,
      fix: transport.fix,
    });
    return transport;
  }
  return {
    ok: true,
    value: {
      service: `${namespace}/${name}`,
      port: reference.port,
      scheme: settings.scheme ?? schemeOf(reference.port, port),
      passHostHeader: settings.passHostHeader ?? true,
      sticky: settings.sticky ?? null,
      transport: transport.value,
      healthCheck: settings.healthCheck ?? null,
    },
  };
}

function refuseControlPlane(
  reader: Reader,
  { namespace, name, field }: ServiceReference,
): Extract<Resolved<never>, { ok: false }> {
  const reason = `Service "${name}" in namespace "${namespace}" leads to the control plane, which objects made on the platform do not reach`;
  const fix = 'name another Service, or declare the object in the cluster itself';
  reader.error('forbidden-destination', `${field}.name`, { message: `${reason}; requests get 503`, fix });
  return { ok: false, reason, fix };
}

/** A target for a reference that may have failed. */
export function asTarget(resolved: Resolved<ServiceTarget>): Target {
  if (resolved.ok) return { kind: 'service', service: resolved.value };
  return { kind: 'none', status: 503, reason: resolved.reason };
}

function findPort(service: ValidObject<Service> | null, port: string | number): PortShape | undefined {
  return service?.spec.spec.ports?.find((candidate) => candidate.name === port || candidate.port === port);
}

function warnOfGaps(reader: Reader, reference: ServiceReference, service: ValidObject<Service> | null): void {
  const { namespace, name, port, field } = reference;
  if (service === null) {
    reader.warn('missing-reference', `${field}.name`, {
      message: `Service "${name}" does not exist in namespace "${namespace}"; requests get 503`,
      fix: `create Service "${name}", or reference another one`,
    });
    return;
  }
  const ports = service.spec.spec.ports ?? [];
  const takesAnyPort = ports.length === 0 && service.spec.spec.type === 'ExternalName';
  if (takesAnyPort || findPort(service, port) !== undefined) return;
  const known = ports.map((candidate) =>
    candidate.name === undefined ? `${candidate.port}` : `${candidate.port} (${candidate.name})`,
  );
  reader.warn('missing-reference', `${field}.port`, {
    message: `Service "${name}" has no port ${JSON.stringify(port)}; requests get 503`,
    fix:
      known.length === 0 ? `add the port to Service "${name}"` : `use one of its ports: ${known.join(', ')}`,
  });
}

/** As Traefik: port 443, or a port whose name starts with https, is spoken to with TLS. */
function schemeOf(port: string | number, found: PortShape | undefined): 'http' | 'https' {
  const isTls = port === 443 || found?.port === 443 || (found?.name ?? String(port)).startsWith('https');
  return isTls ? 'https' : 'http';
}
