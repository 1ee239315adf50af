import type { UpstreamTransport } from '../../model/service.ts';
import type { Reader, ValidObject } from '../reader.ts';
import type { Resolved } from '../unit.ts';

const GROUPS = ['traefik.io', 'traefik.containo.us'];

/** A Traefik object by name, in the present group or the one before Traefik 2.10. */
export function findTraefik<T>(
  reader: Reader,
  kind: string,
  namespace: string,
  name: string,
): ValidObject<T> | null {
  for (const group of GROUPS) {
    const found = reader.find<T>({ group, kind, namespace, name });
    if (found !== null) return found;
  }
  return null;
}

/** `namespace-name@kubernetescrd`, as annotations name objects: every way to split it is tried. */
export function findByProviderName<T>(reader: Reader, kind: string, text: string): ValidObject<T> | null {
  const name = text.replace(/@kubernetescrd$/, '');
  for (let dash = name.indexOf('-'); dash !== -1; dash = name.indexOf('-', dash + 1)) {
    const found = findTraefik<T>(reader, kind, name.slice(0, dash), name.slice(dash + 1));
    if (found !== null) return found;
  }
  return null;
}

interface TraefikReference {
  readonly kind: string;
  /** Name, or `namespace-name@kubernetescrd`. */
  readonly name: string;
  readonly namespace?: string | undefined;
}

/**
 * Follows a reference of one of Traefik's objects to another. Fails if it leads to another namespace without
 * `--allow-cross-namespace`; returns null for an object that does not exist.
 */
export function followReference<T>(
  reader: Reader,
  { kind, name, namespace = reader.self.namespace }: TraefikReference,
): Resolved<ValidObject<T> | null> {
  const isProviderName = name.endsWith('@kubernetescrd');
  const found = isProviderName
    ? findByProviderName<T>(reader, kind, name)
    : findTraefik<T>(reader, kind, namespace, name);
  const target = isProviderName ? namespaceOf(reader, found) : namespace;
  const refusal = refuseNamespace(reader, `${kind} "${name}"`, target);
  return refusal ?? { ok: true, value: found };
}

/** Returns why a reference must not lead to a namespace; null if it may. */
export function refuseNamespace(
  reader: Reader,
  what: string,
  namespace: string,
): Extract<Resolved<never>, { ok: false }> | null {
  if (reader.mayReach(namespace)) return null;
  return {
    ok: false,
    reason: `${what} is in another namespace, which references do not reach`,
    fix: `name an object of namespace "${reader.self.namespace}", or start the agent with --allow-cross-namespace`,
  };
}

function namespaceOf(reader: Reader, found: ValidObject<unknown> | null): string {
  return found === null ? reader.self.namespace : (found.object.metadata.namespace ?? '');
}

/** A reference to a ServersTransport, by the object that is compiled or by a Service that it leads to. */
interface TransportReference {
  readonly name: string;
  /** Of the Service. */
  readonly namespace: string;
  /** Whether the Service's annotation names it, which reaches any namespace, as in Traefik. */
  readonly isAnnotation: boolean;
}

/** Follows a reference to a ServersTransport. */
export function followTransport(
  reader: Reader,
  { name, namespace, isAnnotation }: TransportReference,
): Resolved<UpstreamTransport> {
  const found = name.endsWith('@kubernetescrd')
    ? findByProviderName(reader, 'ServersTransport', name)
    : findTraefik(reader, 'ServersTransport', namespace, name);
  const target = found?.object.metadata.namespace ?? namespace;
  const refusal = isAnnotation ? null : refuseNamespace(reader, `ServersTransport "${name}"`, target);
  if (refusal !== null) return refusal;
  const transport = found === null ? null : reader.result<UpstreamTransport>(found.key);
  if (
    found !== null &&
    transport?.ok === true &&
    reader.isRemote &&
    found.origin.kind !== 'platform' &&
    transport.value.certificates.length > 0
  )
    return {
      ok: false,
      reason: `ServersTransport "${name}" presents certificates of the cluster, which objects made on the platform may not use`,
      fix: 'declare the route in the cluster itself',
    };
  if (transport !== null) return transport;
  return {
    ok: false,
    reason: `ServersTransport "${name}" does not exist`,
    fix: `create ServersTransport "${name}", or remove the reference`,
  };
}

/**
 * Whether an object leads back to itself. Asked of the objects, not of their results, so that the answer does not
 * depend on which of them is compiled first.
 */
export function isCircular<T>(
  reader: Reader,
  next: (object: ValidObject<T>) => readonly (ValidObject<T> | null)[],
): boolean {
  const self = reader.get<T>(reader.self.key);
  const seen = new Set<string>();
  const pending = self === null ? [] : [...next(self)];
  for (let object = pending.pop(); object !== undefined; object = pending.pop()) {
    if (object === null || seen.has(object.key)) continue;
    if (object.key === reader.self.key) return true;
    seen.add(object.key);
    pending.push(...next(object));
  }
  return false;
}
