import {
  type Endpoints,
  type EndpointSlice,
  type Service as ServiceObject,
  SERVICE_NAME_LABEL,
} from '../../kinds/core-shapes.ts';
import type { Origin } from '../../kinds/origin.ts';
import type { Endpoint, Service, ServicePort } from '../../model/service.ts';
import type { Reader } from '../reader.ts';
import { defineKind } from '../define-kind.ts';
import type { UnitOutput } from '../unit.ts';

/** Addresses that take requests, each with its ports. */
interface AddressGroup {
  readonly addresses: readonly string[];
  /** Host names of a slice made on the platform. */
  readonly isRemote: boolean;
  readonly isDraining: boolean;
  readonly ports: readonly {
    readonly name?: string | null | undefined;
    readonly port?: number | null | undefined;
  }[];
}

export const serviceKind = defineKind<ServiceObject>({
  type: 'Service.',
  compile: ({ spec, reader }) => compileService(spec, reader),
});

export const endpointSliceKind = defineKind<EndpointSlice>({
  type: 'EndpointSlice.discovery.k8s.io',
  relate({ metadata }) {
    const service = metadata.labels?.[SERVICE_NAME_LABEL];
    const targets = service === undefined ? [] : [`Service./${metadata.namespace ?? ''}/${service}`];
    return [{ relation: 'slice-service', targets }];
  },
  compile({ object: { metadata }, reader }) {
    const name = metadata.labels?.[SERVICE_NAME_LABEL];
    if (name !== undefined) warnOfForeignService(reader, name, `metadata.labels[${SERVICE_NAME_LABEL}]`);
    return {};
  },
});

export const endpointsKind = defineKind<Endpoints>({
  type: 'Endpoints.',
  compile({ reader }) {
    warnOfForeignService(reader, reader.self.name, 'metadata.name');
    return {};
  },
});

function compileService(object: ServiceObject, reader: Reader): UnitOutput {
  const service = readService(object, reader);
  return { service: reader.isRemote ? withoutControlPlane(service, reader) : service };
}

function readService({ spec }: ServiceObject, reader: Reader): Service {
  const { namespace, name } = reader.self;
  const ports = spec.ports ?? [];
  if (spec.type === 'ExternalName') {
    const host = spec.externalName ?? '';
    if (host === '') {
      reader.error('invalid', 'spec.externalName', {
        message: 'an ExternalName Service has no host',
        fix: 'set spec.externalName',
      });
    }
    const remote = reader.isRemote ? { isRemote: true as const } : {};
    const endpoints = (port: number): Endpoint[] => (host === '' ? [] : [{ host, port, ...remote }]);
    return {
      namespace,
      name,
      ports: ports.map((port) => ({
        name: port.name ?? null,
        port: port.port,
        endpoints: endpoints(port.port),
      })),
      ...(ports.length === 0 && host !== '' ? { externalName: host, ...remote } : {}),
    };
  }
  const groups = addressGroups(reader);
  const compiled = ports.map((port): ServicePort => {
    const portName = port.name ?? '';
    return { name: port.name ?? null, port: port.port, endpoints: endpointsOf(groups, portName) };
  });
  return { namespace, name, ports: compiled };
}

/** EndpointSlices, or the older Endpoints object where there are none. */
function addressGroups(reader: Reader): AddressGroup[] {
  const { key, namespace, name } = reader.self;
  const slices = reader
    .sources('slice-service', key)
    .flatMap((slice) => reader.get<EndpointSlice>(slice) ?? [])
    .filter(({ origin }) => mayAddAddresses(origin, reader));
  if (slices.length > 0) {
    return slices.flatMap(({ spec: slice, origin }) =>
      (slice.endpoints ?? [])
        // Kubernetes: an unknown readiness counts as ready.
        .filter(({ conditions }) => conditions?.ready !== false || conditions.serving === true)
        .map((endpoint) => ({
          addresses: endpoint.addresses,
          isDraining: endpoint.conditions?.ready === false,
          isRemote: origin.kind === 'platform',
          ports: slice.ports ?? [],
        })),
    );
  }
  const endpoints = reader.find<Endpoints>({ group: '', kind: 'Endpoints', namespace, name });
  if (endpoints === null || !mayAddAddresses(endpoints.origin, reader)) return [];
  return (endpoints.spec.subsets ?? []).map((subset) => ({
    addresses: (subset.addresses ?? []).map((address) => address.ip),
    isRemote: endpoints.origin.kind === 'platform',
    isDraining: false,
    ports: subset.ports ?? [],
  }));
}

/** Addresses made on the platform are for Services made there: another's traffic would go wherever they say. */
function mayAddAddresses({ kind }: Origin, service: Reader): boolean {
  return kind !== 'platform' || service.isRemote;
}

function warnOfForeignService(reader: Reader, name: string, field: string): void {
  if (!reader.isRemote) return;
  const { namespace } = reader.self;
  const service = reader.find<ServiceObject>({ group: '', kind: 'Service', namespace, name });
  if (service === null || service.origin.kind === 'platform') return;
  reader.error('forbidden-destination', field, {
    message: `Service "${name}" was not made on the platform; addresses made on the platform do not count for it`,
    fix: 'create a Service with another name on the platform, or declare the addresses in the cluster itself',
  });
}

/** A Service made on the platform does not lead to the addresses at which the cluster's API server is found. */
function withoutControlPlane(service: Service, reader: Reader): Service {
  const refused = controlPlaneAddresses(reader);
  const isRefused = ({ host }: Endpoint) => refused.has(host);
  const found = [...new Set(service.ports.flatMap(({ endpoints }) => endpoints).filter(isRefused))];
  if (found.length === 0 && (service.externalName === undefined || !refused.has(service.externalName)))
    return service;
  reader.error('forbidden-destination', 'spec', {
    message: `leads to the API server of the cluster (${found.map(({ host }) => host).join(', ') || service.externalName}), which objects made on the platform do not reach`,
    fix: 'name another address, or declare the Service in the cluster itself',
  });
  const { externalName: _, ...rest } = service;
  return {
    ...rest,
    ports: service.ports.map((port) => ({
      ...port,
      endpoints: port.endpoints.filter((each) => !isRefused(each)),
    })),
  };
}

function controlPlaneAddresses(reader: Reader): ReadonlySet<string> {
  const key = 'Service./default/kubernetes';
  const service = reader.get<ServiceObject>(key);
  const slices = reader
    .sources('slice-service', key)
    .flatMap((slice) => reader.get<EndpointSlice>(slice) ?? []);
  return new Set([
    ...[service?.spec.spec.clusterIP ?? []].flat(),
    ...slices.flatMap(({ spec }) => (spec.endpoints ?? []).flatMap(({ addresses }) => addresses)),
  ]);
}

/** Slices carry the target port under the service port's name, so `targetPort` needs no look-up. */
function endpointsOf(groups: readonly AddressGroup[], portName: string): Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const { addresses, isRemote, isDraining, ports } of groups) {
    const port = ports.find((candidate) => (candidate.name ?? '') === portName)?.port;
    if (port === undefined || port === null) continue;
    for (const host of addresses) {
      const key = `${host} ${port}`;
      if (isDraining && found.has(key)) continue;
      found.set(key, {
        host,
        port,
        ...(isRemote ? { isRemote } : {}),
        ...(isDraining ? { isDraining } : {}),
      });
    }
  }
  return [...found.values()].toSorted((a, b) =>
    a.host < b.host ? -1 : a.host > b.host ? 1 : a.port - b.port,
  );
}
