import { compareRoutes } from '../model/compare.ts';
import type { Model, Route } from '../model/model.ts';
import type { RequestFacts } from '../model/request.ts';
import { RuleFacts } from '../rules/facts.ts';
import { type RuleMatcher, compileRule } from '../rules/match.ts';
import { type Anchor, anchorsOf, PathTree } from './path-tree.ts';

interface Candidate {
  readonly route: Route;
  readonly matches: RuleMatcher;
}

/** In the model's order. */
type Bucket = Candidate[];

const ANYWHERE: readonly Anchor[] = [{ prefix: '', kind: 'literal' }];
/** Key of the tree for routes that name no host; no host can be empty. */
const ANY_HOST = '';

/** Indexes a model by host and then by path prefix, so that a request meets only routes that can still apply. */
export function buildRouter(model: Model): Router {
  return new Router(model);
}

/** Finds the route of a request. Follows a changed model by exchanging only the routes that changed. */
export class Router {
  readonly #hosts = new Map<string, PathTree<Bucket>>();
  #wildcards = 0;
  #model: Model;
  // The walk's state lives here, so that matching allocates nothing for each candidate.
  #facts: RuleFacts | null = null;
  #best: Candidate | null = null;

  constructor(model: Model) {
    this.#model = model;
    for (const route of model.routes) this.#add(route);
  }

  get model(): Model {
    return this.#model;
  }

  /** Takes over another model; no request is ever matched against a mixture, since nothing here waits. */
  update(model: Model): void {
    const before = this.#model.routes;
    this.#model = model;
    const { gone, come } = difference(before, model.routes);
    for (const route of gone) this.#remove(route);
    for (const route of come) this.#add(route);
  }

  match(request: RequestFacts): Route | null {
    return this.find(new RuleFacts(request));
  }

  /** As `match`, for facts already prepared. */
  find(facts: RuleFacts): Route | null {
    if (facts.clean === null) return null;
    this.#facts = facts;
    this.#best = null;
    this.#hosts.get(facts.host)?.walk(facts.path, this.#consider);
    if (this.#wildcards > 0) this.#hosts.get(wildcardOf(facts.host))?.walk(facts.path, this.#consider);
    this.#hosts.get(ANY_HOST)?.walk(facts.path, this.#consider);
    const best = this.#best as Candidate | null;
    this.#facts = null;
    this.#best = null;
    return best === null ? null : best.route;
  }

  readonly #consider = (bucket: Bucket): void => {
    const facts = this.#facts;
    if (facts === null) return;
    for (const candidate of bucket) {
      if (this.#best !== null && compareRoutes(this.#best.route, candidate.route) < 0) return;
      if (admitsScheme(candidate.route, facts) && candidate.matches(facts)) {
        this.#best = candidate;
        return;
      }
    }
  };

  #add(route: Route): void {
    const candidate: Candidate = { route, matches: compileRule(route.rule) };
    for (const host of keysOf(route)) {
      const tree = this.#hosts.get(host) ?? this.#plant(host);
      for (const { prefix, kind } of anchorsOf(route.rule) ?? ANYWHERE) {
        insert(
          tree.at(prefix, kind, () => []),
          candidate,
        );
      }
    }
  }

  #remove(route: Route): void {
    for (const host of keysOf(route)) {
      const tree = this.#hosts.get(host);
      if (tree === undefined) continue;
      for (const { prefix, kind } of anchorsOf(route.rule) ?? ANYWHERE) {
        const bucket = tree.at(prefix, kind, () => []);
        const at = bucket.findIndex((candidate) => candidate.route === route);
        if (at !== -1) bucket.splice(at, 1);
        if (bucket.length === 0) tree.delete(prefix, kind);
      }
      if (tree.isEmpty) this.#fell(host);
    }
  }

  #plant(host: string): PathTree<Bucket> {
    const tree = new PathTree<Bucket>();
    this.#hosts.set(host, tree);
    if (host.startsWith('*.')) this.#wildcards++;
    return tree;
  }

  #fell(host: string): void {
    this.#hosts.delete(host);
    if (host.startsWith('*.')) this.#wildcards--;
  }
}

/** Both tables are in order, so one walk over them finds what is not in both. */
function difference(
  before: readonly Route[],
  after: readonly Route[],
): { readonly gone: Route[]; readonly come: Route[] } {
  const gone: Route[] = [];
  const come: Route[] = [];
  let next = 0;
  for (const route of before) {
    for (
      let other = after[next];
      other !== undefined && other !== route && compareRoutes(other, route) < 0;
      other = after[++next]
    )
      come.push(other);
    if (after[next] === route) next++;
    else gone.push(route);
  }
  return { gone, come: [...come, ...after.slice(next)] };
}

function keysOf(route: Route): readonly string[] {
  return route.hosts.length === 0 ? [ANY_HOST] : route.hosts;
}

/** Models arrive in order, so that building only ever appends. */
function insert(bucket: Bucket, candidate: Candidate): void {
  const last = bucket.at(-1);
  if (last === undefined || compareRoutes(last.route, candidate.route) < 0) bucket.push(candidate);
  else {
    const at = bucket.findIndex((other) => compareRoutes(candidate.route, other.route) < 0);
    bucket.splice(at === -1 ? bucket.length : at, 0, candidate);
  }
}

function admitsScheme(route: Route, facts: RuleFacts): boolean {
  return route.scheme === undefined || route.scheme === facts.request.scheme;
}

/** The wildcard that covers a host: one label, as in certificates. */
export function wildcardOf(host: string): string {
  const dot = host.indexOf('.');
  return dot === -1 ? host : `*${host.slice(dot)}`;
}
