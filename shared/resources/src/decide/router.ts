import type { Model, Route } from '../model/model.ts';
import type { RequestFacts } from '../model/request.ts';
import { RuleFacts } from '../rules/facts.ts';
import { type RuleMatcher, compileRule } from '../rules/match.ts';
import { anchorsOf } from './anchors.ts';
import { PathTree } from './path-tree.ts';

/** Finds the route of a request. */
export interface Router {
  match(request: RequestFacts): Route | null;
  /** As `match`, for facts already prepared. */
  find(facts: RuleFacts): Route | null;
  /** What it was built from, for explanations. */
  readonly model: Model;
}

interface Candidate {
  readonly route: Route;
  /** Place in the model's order: lower goes first. */
  readonly rank: number;
  readonly matches: RuleMatcher;
}

/** In rank order. */
type Bucket = Candidate[];

/** Indexes a model by host and then by path prefix, so that a request meets only routes that can still apply. */
export function buildRouter(model: Model): Router {
  const hosts = new Map<string, PathTree<Bucket>>();
  const anyHost = new PathTree<Bucket>();
  model.routes.forEach((route, rank) => {
    const candidate: Candidate = { route, rank, matches: matcherOf(route) };
    const trees = route.hosts.length === 0 ? [anyHost] : route.hosts.map((host) => treeOf(hosts, host));
    for (const tree of trees) {
      for (const anchor of anchorsOf(route.rule) ?? ['']) tree.at(anchor, () => []).push(candidate);
    }
  });
  return new IndexedRouter(model, hosts, anyHost);
}

class IndexedRouter implements Router {
  readonly model: Model;
  readonly #hosts: ReadonlyMap<string, PathTree<Bucket>>;
  readonly #anyHost: PathTree<Bucket>;
  readonly #hasWildcards: boolean;
  // The walk's state lives here, so that matching allocates nothing for each candidate.
  #facts: RuleFacts | null = null;
  #best: Candidate | null = null;

  constructor(model: Model, hosts: ReadonlyMap<string, PathTree<Bucket>>, anyHost: PathTree<Bucket>) {
    this.model = model;
    this.#hosts = hosts;
    this.#anyHost = anyHost;
    this.#hasWildcards = [...hosts.keys()].some((host) => host.startsWith('*.'));
  }

  match(request: RequestFacts): Route | null {
    return this.find(new RuleFacts(request));
  }

  find(facts: RuleFacts): Route | null {
    if (facts.clean === null) return null;
    this.#facts = facts;
    this.#best = null;
    this.#hosts.get(facts.host)?.walk(facts.path, this.#consider);
    if (this.#hasWildcards) this.#hosts.get(wildcardOf(facts.host))?.walk(facts.path, this.#consider);
    this.#anyHost.walk(facts.path, this.#consider);
    const best: Candidate | null = this.#best;
    this.#facts = null;
    this.#best = null;
    return best === null ? null : (best as Candidate).route;
  }

  readonly #consider = (bucket: Bucket): void => {
    const facts = this.#facts;
    if (facts === null) return;
    for (const candidate of bucket) {
      if (this.#best !== null && candidate.rank >= this.#best.rank) return;
      if (admitsScheme(candidate.route, facts) && candidate.matches(facts)) {
        this.#best = candidate;
        return;
      }
    }
  };
}

/** Routes keep their identity while nothing about them changes, and with it their compiled rule. */
const matchers = new WeakMap<Route, RuleMatcher>();

function matcherOf(route: Route): RuleMatcher {
  const known = matchers.get(route);
  if (known !== undefined) return known;
  const matcher = compileRule(route.rule);
  matchers.set(route, matcher);
  return matcher;
}

function treeOf(hosts: Map<string, PathTree<Bucket>>, host: string): PathTree<Bucket> {
  const known = hosts.get(host);
  if (known !== undefined) return known;
  const tree = new PathTree<Bucket>();
  hosts.set(host, tree);
  return tree;
}

function admitsScheme(route: Route, facts: RuleFacts): boolean {
  return route.scheme === undefined || route.scheme === facts.request.scheme;
}

/** The wildcard that covers a host: one label, as in certificates. */
export function wildcardOf(host: string): string {
  const dot = host.indexOf('.');
  return dot === -1 ? host : `*${host.slice(dot)}`;
}
