import { type LabelSelector, selects } from '../compile/selections.ts';
import { isRecord, type KubernetesObject, parseApiVersion } from '../kinds/object.ts';
import { locationOf, type Origin } from '../kinds/origin.ts';
import { HUB_GROUP } from '../kinds/registry.ts';
import type { Problem } from '../problem.ts';

/** An object and, where it is known, its origin. */
export interface Located {
  readonly object: KubernetesObject;
  readonly origin?: Origin;
}

/** Groups whose kinds a reference can mean; the same kind name in other groups is another kind. */
const GROUPS: ReadonlySet<string> = new Set([
  HUB_GROUP,
  'traefik.io',
  'traefik.containo.us',
  'networking.k8s.io',
  '',
]);

/** The objects that references are looked up in. */
export class ObjectSet {
  readonly #byKind = new Map<string, Map<string, Located>>();
  readonly #selections = new Map<string, readonly KubernetesObject[]>();

  constructor(objects: Iterable<Located>) {
    for (const located of objects) {
      const { apiVersion, kind, metadata } = located.object;
      if (!GROUPS.has(parseApiVersion(apiVersion).group)) continue;
      const ofKind = this.#byKind.get(kind) ?? new Map<string, Located>();
      ofKind.set(nameKey(metadata.namespace, metadata.name), located);
      this.#byKind.set(kind, ofKind);
    }
  }

  /** The object of that name; without a namespace, a cluster-scoped one. */
  find(kind: string, namespace: string | undefined, name: string): KubernetesObject | null {
    return this.#byKind.get(kind)?.get(nameKey(namespace, name))?.object ?? null;
  }

  /** The object with the place it came from. */
  locate(object: KubernetesObject): Located {
    const { namespace, name } = object.metadata;
    return this.#byKind.get(object.kind)?.get(nameKey(namespace, name)) ?? { object };
  }

  list(kind: string): readonly Located[] {
    return [...(this.#byKind.get(kind)?.values() ?? [])];
  }

  /** Objects of a kind that a selector, as found in a spec, selects; in one namespace where that is given. */
  select(kind: string, selector: unknown, namespace?: string): readonly KubernetesObject[] {
    if (!isRecord(selector)) return [];
    const key = `${kind}/${namespace ?? ''}/${JSON.stringify(selector)}`;
    const known = this.#selections.get(key);
    if (known !== undefined) return known;
    const selected = this.list(kind)
      .map(({ object }) => object)
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
      .filter((object) => selects(readSelector(selector), object.metadata.labels ?? {}));
    this.#selections.set(key, selected);
    return selected;
  }
}

function nameKey(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

// The objects may be invalid: what does not have the shape of a selector selects less, and is reported elsewhere.
function readSelector(value: Record<string, unknown>): LabelSelector {
  const { matchLabels, matchExpressions } = value;
  const labels = isRecord(matchLabels) ? Object.entries(matchLabels) : [];
  const requirements = Array.isArray(matchExpressions) ? matchExpressions.filter(isRecord) : [];
  return {
    matchLabels: Object.fromEntries(labels.map(([key, text]) => [key, String(text)])),
    matchExpressions: requirements.map((requirement) => ({
      key: String(requirement['key']),
      operator: String(requirement['operator']),
      values: Array.isArray(requirement['values']) ? requirement['values'].map(String) : [],
    })),
  };
}

interface Complaint {
  readonly code: string;
  readonly field: string;
  readonly message: string;
  readonly fix: string;
}

/** A warning about an object, with the place it came from. */
export function warning({ object, origin }: Located, complaint: Complaint): Problem {
  const { namespace, name } = object.metadata;
  return {
    ...complaint,
    severity: 'warning',
    ...(origin === undefined ? {} : locationOf(origin)),
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
  };
}
