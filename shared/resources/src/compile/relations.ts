import { linkFact } from './dependencies.ts';
import { Links, type Labels, type Selection, Selections } from './selections.ts';

const SELECTING = [
  'access-api',
  'access-collection',
  'collection-api',
  'limit-api',
  'bundle-api',
  'item-api',
  'subscription-application',
] as const;
const LINKING = [
  'gateway-access',
  'version-api',
  'slice-service',
  'access-bundle',
  'api-version',
  'route-api',
] as const;

type SelectingName = (typeof SELECTING)[number];
type LinkingName = (typeof LINKING)[number];
/** Named `from-to`. */
export type RelationName = SelectingName | LinkingName;

/** What an object points to in one relation. */
export type RelationChange =
  | { readonly relation: SelectingName; readonly selection: Selection }
  | { readonly relation: LinkingName; readonly targets: readonly string[] };

interface RelatedObject {
  readonly key: string;
  readonly before: readonly RelationChange[];
  readonly after: readonly RelationChange[];
}

/** Every relation that is read from its far end: who selects me, who lists me, whose parent am I. */
export class Relations {
  readonly #selections = new Map<string, Selections>(SELECTING.map((name) => [name, new Selections()]));
  readonly #links = new Map<string, Links>(LINKING.map((name) => [name, new Links()]));

  /** Keys of what points at `to`, in name order. */
  sources(relation: RelationName, to: string): string[] {
    const links = this.#links.get(relation) ?? this.#selections.get(relation)?.links;
    return [...(links?.sources(to) ?? [])].toSorted();
  }

  /** Keys of what `from` points at, in name order. */
  targets(relation: RelationName, from: string): string[] {
    const links = this.#links.get(relation) ?? this.#selections.get(relation)?.links;
    return [...(links?.targets(from) ?? [])].toSorted();
  }

  /** Takes over what an object points at; returns the facts that changed. */
  setSource({ key, before, after }: RelatedObject): string[] {
    const gone = before.filter((old) => !after.some((change) => change.relation === old.relation));
    return [
      ...gone.flatMap((change) => this.#apply(key, change.relation, null)),
      ...after.flatMap((change) => this.#apply(key, change.relation, change)),
    ];
  }

  /** Takes over the labels of an object that selectors may pick; returns the facts that changed. */
  setTarget(key: string, relations: readonly RelationName[], labels: Labels | null): string[] {
    return relations.flatMap((relation) => {
      const holders = this.#selections.get(relation)?.setTarget(key, labels) ?? [];
      return holders.length === 0 ? [] : [key, ...holders].map((end) => linkFact(relation, end));
    });
  }

  #apply(key: string, relation: RelationName, change: RelationChange | null): string[] {
    const selection = change !== null && 'selection' in change ? change.selection : null;
    const targets = change !== null && 'targets' in change ? change.targets : [];
    const changed =
      this.#selections.get(relation)?.setHolder(key, selection) ??
      this.#links.get(relation)?.replace(key, new Set(targets)) ??
      [];
    const facts = changed.map((target) => linkFact(relation, target));
    return changed.length > 0 ? [...facts, linkFact(relation, key)] : facts;
  }
}
