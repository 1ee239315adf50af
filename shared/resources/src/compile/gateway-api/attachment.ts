import { formatKey } from '../../kinds/object.ts';
import { GATEWAY_GROUP, type ParentRef } from '../../kinds/gateway-shapes.ts';
import type { Reader } from '../reader.ts';
import type { ServedListener } from './gateway.ts';

/** Hosts under which a route is reached, by scheme; a null host is any. */
export type Attachment = ReadonlyMap<'http' | 'https', ReadonlySet<string | null>>;

/** Returns where a route is attached: the hosts that it and the listeners of its parents have in common. */
export function attachmentOf(
  parents: readonly ParentRef[],
  hostnames: readonly string[],
  reader: Reader,
): Attachment {
  const hosts = new Map<'http' | 'https', Set<string | null>>();
  parents.forEach((parent, index) => {
    const listeners = listenersOf(parent, `spec.parentRefs[${index}]`, reader);
    const common = listeners.flatMap((listener) =>
      commonHosts(hostnames, listener.hostname).map((host) => ({ host, scheme: listener.scheme })),
    );
    if (listeners.length > 0 && common.length === 0)
      reader.warn('not-attached', 'spec.hostnames', {
        message: `none of them is a host of Gateway "${parent.name}"`,
        fix: 'use a hostname that the listener covers',
      });
    for (const { host, scheme } of common) {
      const known = hosts.get(scheme) ?? new Set();
      hosts.set(scheme, known.add(host));
    }
  });
  return hosts;
}

function listenersOf(parent: ParentRef, field: string, reader: Reader): readonly ServedListener[] {
  const { group = GATEWAY_GROUP, kind = 'Gateway', name, namespace = reader.self.namespace } = parent;
  if (group !== GATEWAY_GROUP || kind !== 'Gateway') {
    reader.error('unsupported', field, {
      message: `a route is attached to Gateways only, not to ${kind}`,
      fix: 'name a Gateway',
    });
    return [];
  }
  const gateway = reader.result<readonly ServedListener[]>(formatKey({ group, kind, namespace, name }));
  if (gateway?.ok !== true) {
    reader.warn('missing-reference', `${field}.name`, {
      message: `Gateway "${name}" does not exist in namespace "${namespace}"; the route is not attached to it`,
      fix: `create Gateway "${name}", or reference another one`,
    });
    return [];
  }
  const { sectionName, port } = parent;
  const named = gateway.value.filter(
    (listener) =>
      (sectionName === undefined || listener.name === sectionName) &&
      (port === undefined || listener.port === port),
  );
  const allowed = named.filter(
    ({ allowsAllNamespaces }) => allowsAllNamespaces || namespace === reader.self.namespace,
  );
  if (gateway.value.length > 0 && allowed.length === 0)
    reader.warn('not-attached', field, {
      message:
        named.length === 0
          ? `Gateway "${name}" has no listener of this name or port`
          : `Gateway "${name}" allows no routes of namespace "${reader.self.namespace}"`,
      fix:
        named.length === 0
          ? 'name one of its listeners in sectionName'
          : 'set allowedRoutes.namespaces.from: All in its listener',
    });
  return allowed;
}

/** Returns the hosts that a route and a listener share, the more specific of each pair; null stands for any host. */
export function commonHosts(
  hostnames: readonly string[],
  listener: string | null,
): readonly (string | null)[] {
  if (hostnames.length === 0) return [listener];
  return hostnames.flatMap((written) => {
    const hostname = written.toLowerCase();
    if (listener === null || covers(listener, hostname)) return [hostname];
    return covers(hostname, listener) ? [listener] : [];
  });
}

/** Whether every host of one name is a host of the other; a wildcard covers one label or more, and wildcards below it. */
function covers(outer: string, inner: string): boolean {
  if (outer === inner) return true;
  return outer.startsWith('*.') && inner.endsWith(outer.slice(1)) && inner !== outer.slice(2);
}
