import { HUB_GROUP } from '@portolan/resources/kinds/registry';
import { parseApiVersion } from '@portolan/resources/kinds/object';
import type { DesiredState } from '@portolan/contract/desired-state';
import type { Problem } from '@portolan/resources/problem';
import type { ObjectFacts } from '../kubernetes/status/findings.ts';
import { urlsOf } from '../platform/resources/urls.ts';
import type { Served } from '../serving/serving.ts';

/** Everything the status of objects is made from. */
export interface KnownState {
  readonly served: Served | null;
  /** State of OpenAPI documents by `objectKey`; null for those that could not be fetched yet. */
  readonly documents: ReadonlyMap<string, unknown>;
  readonly documentProblems: readonly Problem[];
  /** What the platform wants; null before it was reached for the first time. */
  readonly desired: Pick<DesiredState, 'domains' | 'certificates'> | null;
  /** Returns whether the platform has an object as it is now; null without a platform. */
  readonly isSynced: ((key: string) => boolean) | null;
}

type Domains = DesiredState['domains'][number];

const NOTHING: KnownState = {
  served: null,
  documents: new Map(),
  documentProblems: [],
  desired: null,
  isSynced: null,
};

/** Collects the facts about each Hub resource of the cluster, for its status. */
export class ObjectFactsOf {
  /** In some namespaces only, cluster-scoped resources are left to the agent that serves the whole cluster. */
  readonly #namespaces: readonly string[] | null;
  #state = NOTHING;
  #certificateHosts: ReadonlySet<string> = new Set();
  #domains: ReadonlyMap<string, Domains> = new Map();

  constructor(namespaces: readonly string[] | null) {
    this.#namespaces = namespaces;
  }

  update(state: Partial<KnownState>): void {
    this.#state = { ...this.#state, ...state };
    const { desired } = this.#state;
    if (state.desired === undefined || desired === null) return;
    this.#certificateHosts = new Set(desired.certificates.flatMap(({ hosts }) => hosts));
    this.#domains = new Map(desired.domains.map((domains) => [domains.key, domains]));
  }

  /** Returns whether it is known what the platform wants. */
  get isDesiredKnown(): boolean {
    return this.#state.desired !== null;
  }

  /** A wildcard certificate covers names one label below it. */
  hasCertificate(host: string): boolean {
    const wildcard = host.replace(/^[^.]+/, '*');
    return [host, wildcard].some(
      (name) => this.#certificateHosts.has(name) || this.#state.served?.model.certificates.has(name) === true,
    );
  }

  /** Returns the facts of each Hub resource of the cluster, by `objectKey`. */
  *list(): Generator<readonly [string, ObjectFacts]> {
    const { served, documents, documentProblems, isSynced } = this.#state;
    if (served === null) return;
    const urls = urlsOf(served.model);
    const ofDocuments = Map.groupBy(documentProblems, nameOf);
    for (const [key, { object, origin }] of served.objects) {
      // Those of the platform have a copy in the cluster.
      if (origin.kind === 'file' || parseApiVersion(object.apiVersion).group !== HUB_GROUP) continue;
      if (this.#namespaces !== null && object.metadata.namespace === undefined) continue;
      const own = ofDocuments.get(nameOf({ kind: object.kind, ...object.metadata })) ?? [];
      yield [
        key,
        {
          object,
          problems: [...(served.problemsByKey.get(key) ?? []), ...own],
          urls: urls.get(key) ?? [],
          domains: this.#domains.get(key) ?? null,
          isSynced: isSynced === null ? null : isSynced(key),
          document: documentState(documents, key, own),
        },
      ];
    }
  }
}

function documentState(
  documents: ReadonlyMap<string, unknown>,
  key: string,
  problems: readonly Problem[],
): ObjectFacts['document'] {
  const document = documents.get(key);
  if (document === undefined) return null;
  if (problems.length > 0) return 'missing';
  return document === null ? 'fetching' : 'found';
}

function nameOf({ kind, namespace, name }: Partial<Pick<Problem, 'kind' | 'namespace' | 'name'>>): string {
  return `${kind ?? ''}/${namespace ?? ''}/${name ?? ''}`;
}
