import { GATEWAY_GROUP, type HttpBackendRef, type ReferenceGrant } from '../../kinds/gateway-shapes.ts';
import type { Target, WeightedTarget } from '../../model/model.ts';
import type { Reader } from '../reader.ts';
import { asTarget, serviceTarget } from '../service-target.ts';
import { targetOf } from '../traefik/target.ts';
import { refuse } from './filters.ts';

/** Returns where a rule leads; what cannot be reached gets 500, in its share, as the Gateway API wants it. */
export function backendsOf(references: readonly HttpBackendRef[], field: string, reader: Reader): Target {
  const targets = references
    .map((reference, index): WeightedTarget => ({
      weight: reference.weight ?? 1,
      target: backendOf(reference, `${field}[${index}]`, reader),
    }))
    .filter(({ weight }) => weight > 0);
  const [only] = targets;
  if (only === undefined) return unreachable('the rule names no backend');
  return targets.length === 1 ? only.target : { kind: 'weighted', targets, sticky: null };
}

export const grantKind = `ReferenceGrant.${GATEWAY_GROUP}`;

function backendOf(reference: HttpBackendRef, field: string, reader: Reader): Target {
  const {
    group = '',
    kind = 'Service',
    name,
    namespace = reader.self.namespace,
    port,
    filters = [],
  } = reference;
  if (filters.length > 0) {
    const refused = refuse(
      filters[0]?.type ?? 'filter',
      'filters of one backend are not supported',
      field,
      reader,
    );
    return unreachable(refused.ok ? '' : refused.reason);
  }
  if (namespace !== reader.self.namespace && !isGranted({ group, kind, name, namespace }, reader))
    return missing(reader, `${field}.namespace`, {
      message: `no ReferenceGrant in namespace "${namespace}" lets HTTPRoutes of "${reader.self.namespace}" refer to ${kind} "${name}"`,
      fix: `create a ReferenceGrant in namespace "${namespace}"`,
    });
  if (group === 'traefik.io' && kind === 'TraefikService')
    return targetOf(reader, { kind: 'TraefikService', name, namespace }, field);
  if (group !== '' || kind !== 'Service')
    return missing(reader, `${field}.kind`, {
      message: `${kind} is no kind of backend that is supported`,
      fix: 'name a Service, or a TraefikService of traefik.io',
    });
  if (port === undefined)
    return missing(reader, `${field}.port`, {
      message: 'the port is not set',
      fix: 'set the port of the Service',
    });
  if (reader.find({ group: '', kind: 'Service', namespace, name }) === null)
    return missing(reader, `${field}.name`, {
      message: `Service "${name}" does not exist in namespace "${namespace}"`,
      fix: `create Service "${name}", or reference another one`,
    });
  return asTarget(serviceTarget(reader, { namespace, name, port, field }));
}

function isGranted(
  to: { readonly group: string; readonly kind: string; readonly name: string; readonly namespace: string },
  reader: Reader,
): boolean {
  return reader
    .ofType<ReferenceGrant>(grantKind)
    .some(
      ({ object, spec }) =>
        object.metadata.namespace === to.namespace &&
        spec.spec.from.some(
          (from) =>
            from.group === GATEWAY_GROUP &&
            from.kind === 'HTTPRoute' &&
            from.namespace === reader.self.namespace,
        ) &&
        spec.spec.to.some(
          ({ group, kind, name }) =>
            group === to.group && kind === to.kind && (name === undefined || name === to.name),
        ),
    );
}

function missing(
  reader: Reader,
  field: string,
  why: { readonly message: string; readonly fix: string },
): Target {
  reader.error('missing-reference', field, { ...why, message: `${why.message}; requests get 500` });
  return unreachable(why.message);
}

function unreachable(reason: string): Target {
  return { kind: 'none', status: 500, reason };
}
