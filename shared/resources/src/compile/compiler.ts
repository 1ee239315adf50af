import { isDeepStrictEqual } from 'node:util';
import { type KubernetesObject, objectKey } from '../kinds/object.ts';
import { locationOf } from '../kinds/origin.ts';
import type { Generation } from '../kinds/registry.ts';
import type { SourcedObject } from '../manifests/load.ts';
import type { Model } from '../model/model.ts';
import type { ApiAuth } from '../model/authentication.ts';
import type { Problem } from '../problem.ts';
import { Assembler, type UnitChange, withFormerIdentity } from './assembler.ts';
import {
  Dependencies,
  INGRESS_CLASSES_FACT,
  domainFact,
  kindFact,
  objectFact,
  resultFact,
} from './dependencies.ts';
import { platformOriginFaults } from './platform-origin.ts';
import { compilersFor } from './compilers.ts';
import { type Domains, type ValidObject, Reader, type CompileState, typeOf } from './reader.ts';
import { type RelationChange, type RelationName, Relations } from './relations.ts';
import type { CompiledUnit, Fault } from './unit.ts';
import type { KindCompiler, Parsed } from './kind-compiler.ts';
import type { FieldError } from '../validate/field-error.ts';

/** What the platform and the operator decide beside the objects. */
export interface CompileContext {
  /** By the `objectKey` of the APIGateway or EdgeIngress. */
  readonly domains: ReadonlyMap<string, Domains>;
  readonly apiAuth: ApiAuth;
  /** Class names of Ingresses to serve beside those whose IngressClass names a controller of ours. */
  readonly ingressClasses?: readonly string[];
}

export interface CompileOptions {
  readonly generation: Generation;
  /** Whether Traefik's objects may refer to objects of other namespaces; as in Traefik, not by default. */
  readonly allowCrossNamespace?: boolean;
}

interface CompileChange {
  readonly upserts?: readonly SourcedObject[];
  /** `objectKey`s. */
  readonly deletes?: readonly string[];
  readonly context?: CompileContext;
}

export interface CompileResult {
  readonly model: Model;
  /** By `objectKey`: problems of the newest version of an object, and of what is served of it. */
  readonly problemsByKey: ReadonlyMap<string, readonly Problem[]>;
  /** All of them, ordered by key. */
  readonly problems: readonly Problem[];
  /** Routes added, removed or changed; the others keep their identity. */
  readonly changedRouteIds: readonly string[];
}

interface Entry extends ValidObject<unknown> {
  readonly compiler: KindCompiler;
  readonly relations: readonly RelationChange[];
  readonly unknownFields: readonly FieldError[];
}

const REPORT_BUG = 'run "portolan validate" on it; if it is valid, report this as a bug of Portolan';
const DEFAULT_CLASSES = ['portolan', 'traefik', 'traefik-hub'];
const DEFAULT_CONTEXT: CompileContext = {
  domains: new Map(),
  apiAuth: {
    kind: 'apiKey',
    source: { header: 'Authorization', headerAuthScheme: 'Bearer', query: 'api_key' },
  },
};

/**
 * Compiles resources into the model, one unit per object, and again only the units that read something that changed.
 * An object that is broken by itself is set aside with its reason, and its last valid version stays.
 */
export class Compiler implements CompileState {
  readonly generation: Generation;
  readonly allowCrossNamespace: boolean;
  readonly #compilers: ReadonlyMap<string, KindCompiler>;
  readonly #entries = new Map<string, Entry>();
  readonly #byType = new Map<string, Map<string, Entry>>();
  readonly #quarantine = new Map<string, readonly Problem[]>();
  readonly #units = new Map<string, CompiledUnit>();
  readonly #running = new Set<string>();
  readonly #dependencies = new Dependencies();
  readonly #relations = new Relations();
  readonly #assembler = new Assembler();
  #former: ReadonlyMap<string, CompiledUnit> = new Map();
  #context = DEFAULT_CONTEXT;

  constructor({ generation, allowCrossNamespace = false }: CompileOptions) {
    this.generation = generation;
    this.allowCrossNamespace = allowCrossNamespace;
    this.#compilers = compilersFor(generation);
  }

  /** Applies a change and returns the whole model after it. */
  update(change: CompileChange): CompileResult {
    const facts: string[] = [];
    const stale = new Set<string>();
    for (const key of change.deletes ?? []) this.#remove(key, facts, stale);
    for (const sourced of change.upserts ?? []) this.#upsert(sourced, facts, stale);
    if (change.context !== undefined) facts.push(...this.#setContext(change.context));
    this.#dependencies.spread(facts, stale);
    const changedRouteIds = this.#assembler.apply(this.#recompile(stale));
    const problemsByKey = this.#assembler.problemsByKey(this.#quarantine);
    const problems = [...problemsByKey.values()].flat();
    const model = { ...this.#assembler.model(this.#context.apiAuth), problems };
    return { model, problems, problemsByKey, changedRouteIds };
  }

  /** Keys of the objects whose newest version is invalid; their last valid version, if there was one, is served. */
  get invalid(): ReadonlySet<string> {
    return new Set(this.#quarantine.keys());
  }

  object(key: string): ValidObject<unknown> | null {
    return this.#entries.get(key) ?? null;
  }

  /** Returns the keys of the objects of a type (`Secret.`) that compiled ones refer to, whether they exist or not. */
  referredTo(type: string): ReadonlySet<string> {
    const keys = this.#dependencies.read(objectFact(`${type}/`));
    return new Set([...keys].map((key) => `${type}/${key}`));
  }

  ofType(type: string): readonly ValidObject<unknown>[] {
    const entries = [...(this.#byType.get(type)?.values() ?? [])];
    return entries.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  sources(relation: RelationName, key: string): readonly string[] {
    return this.#relations.sources(relation, key);
  }

  targets(relation: RelationName, key: string): readonly string[] {
    return this.#relations.targets(relation, key);
  }

  domains(key: string): Domains | null {
    return this.#context.domains.get(key) ?? null;
  }

  get ingressClasses(): readonly string[] {
    return this.#context.ingressClasses ?? DEFAULT_CLASSES;
  }

  /** A unit's output, compiled now if it is stale; null for a missing object and for a unit that asks for itself. */
  result(key: string): CompiledUnit | null {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#running.has(key)) return null;
    const known = this.#units.get(key);
    if (known !== undefined) return known;
    this.#running.add(key);
    const reader = new Reader(this, entry);
    const unit = withFormerIdentity(this.#former.get(key) ?? null, compileUnit(entry, reader));
    this.#running.delete(key);
    this.#dependencies.record(key, reader.facts);
    this.#units.set(key, unit);
    return unit;
  }

  #recompile(stale: ReadonlySet<string>): UnitChange[] {
    const former = new Map<string, CompiledUnit>();
    for (const key of stale) {
      const unit = this.#units.get(key);
      if (unit !== undefined) former.set(key, unit);
      this.#units.delete(key);
      this.#dependencies.forget(key);
    }
    this.#former = former;
    const changes = [...stale].map((key) => ({
      key,
      before: former.get(key) ?? null,
      after: this.result(key),
    }));
    this.#former = new Map();
    return changes;
  }

  #upsert(sourced: SourcedObject, facts: string[], stale: Set<string>): void {
    const { object, origin } = sourced;
    const key = objectKey(object);
    const compiler = this.#compilers.get(typeOf(object));
    if (compiler === undefined) return;
    const parsed = parseObject(sourced, compiler, this.generation);
    if ('faults' in parsed) {
      // A version that someone else wrote is no earlier version of this object.
      if (this.#entries.get(key)?.origin.kind !== origin.kind) this.#remove(key, facts, stale);
      const isServed = this.#entries.has(key);
      this.#quarantine.set(
        key,
        parsed.faults.map((fault) => faultProblem(sourced, fault, isServed)),
      );
      return;
    }
    this.#quarantine.delete(key);
    const known = this.#entries.get(key);
    if (known?.origin.kind === origin.kind && hasSameContent(known.object, object)) {
      if (isDeepStrictEqual(known.origin, origin)) return;
      const moved = { ...known, origin };
      this.#entries.set(key, moved);
      this.#byType.get(compiler.type)?.set(key, moved);
      stale.add(key);
      return;
    }
    const { spec, relations, unknownFields = [] } = parsed;
    this.#setEntry({ key, object, spec, origin, compiler, relations, unknownFields }, facts);
    stale.add(key);
  }

  #setEntry(entry: Entry, facts: string[]): void {
    const { key, compiler, relations, object } = entry;
    const before = this.#entries.get(key)?.relations ?? [];
    this.#entries.set(key, entry);
    const ofType = this.#byType.get(compiler.type) ?? new Map<string, Entry>();
    this.#byType.set(compiler.type, ofType.set(key, entry));
    facts.push(objectFact(key), resultFact(key), kindFact(compiler.type));
    facts.push(...this.#relations.setSource({ key, before, after: relations }));
    facts.push(...this.#relations.setTarget(key, compiler.selectedBy ?? [], object.metadata.labels ?? {}));
  }

  #remove(key: string, facts: string[], stale: Set<string>): void {
    this.#quarantine.delete(key);
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#byType.get(entry.compiler.type)?.delete(key);
    facts.push(objectFact(key), resultFact(key), kindFact(entry.compiler.type));
    facts.push(...this.#relations.setSource({ key, before: entry.relations, after: [] }));
    facts.push(...this.#relations.setTarget(key, entry.compiler.selectedBy ?? [], null));
    stale.add(key);
  }

  #setContext(context: CompileContext): string[] {
    const before = this.#context;
    this.#context = context;
    const keys = new Set([...before.domains.keys(), ...context.domains.keys()]);
    const changed = [...keys].filter(
      (key) => !hasSameDomains(before.domains.get(key), context.domains.get(key)),
    );
    const facts = changed.map(domainFact);
    if (!isDeepStrictEqual(before.ingressClasses, context.ingressClasses)) facts.push(INGRESS_CLASSES_FACT);
    return facts;
  }
}

function hasSameDomains(before: Domains | undefined, after: Domains | undefined): boolean {
  return before === after || isDeepStrictEqual(before, after);
}

/** Whether nothing changed that a unit reads: status and bookkeeping change often and mean nothing here. */
function hasSameContent(before: KubernetesObject, after: KubernetesObject): boolean {
  return isDeepStrictEqual(contentOf(before), contentOf(after));
}

function contentOf(object: KubernetesObject): unknown {
  const { labels = {}, annotations = {} } = object.metadata;
  return { ...object, status: null, metadata: { labels, annotations } };
}

/** The last bulkhead: a unit that throws contributes nothing and says so, and no other unit notices. */
function compileUnit(entry: Entry, reader: Reader): CompiledUnit {
  for (const { field, message } of entry.unknownFields)
    reader.warn('unknown-field', field, { message, fix: 'remove it, or correct its name' });
  try {
    const output = entry.compiler.compile({ object: entry.object, spec: entry.spec, reader });
    return {
      ...output,
      problems: reader.problems.map((problem) => ({ ...problem, ...locationOf(entry.origin) })),
    };
  } catch (error) {
    reader.error('not-compiled', '', {
      message: `cannot be served: ${error instanceof Error ? error.message : String(error)}`,
      fix: REPORT_BUG,
    });
    return { problems: reader.problems.map((problem) => ({ ...problem, ...locationOf(entry.origin) })) };
  }
}

/** The same bulkhead for what is done with an object before it is compiled. */
function parseObject(
  { object, origin }: SourcedObject,
  compiler: KindCompiler,
  generation: Generation,
):
  | (Extract<Parsed<unknown>, { spec: unknown }> & { relations: readonly RelationChange[] })
  | { faults: readonly Fault[] } {
  try {
    const parsed = compiler.parse(object, { generation, origin });
    if ('faults' in parsed) return parsed;
    const faults = origin.kind === 'platform' ? platformOriginFaults(object) : [];
    if (faults.length > 0) return { faults };
    return { ...parsed, relations: compiler.relate?.(object, parsed.spec) ?? [] };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      faults: [{ code: 'not-compiled', field: '', message: `cannot be read: ${why}`, fix: REPORT_BUG }],
    };
  }
}

function faultProblem({ object, origin }: SourcedObject, fault: Fault, isServed: boolean): Problem {
  return {
    ...fault,
    severity: 'error',
    ...locationOf(origin),
    ...nameOf(object),
    message: `${fault.message}; ${isServed ? 'serving the last valid version' : 'it is not served'}`,
  };
}

function nameOf(object: KubernetesObject): { kind: string; namespace?: string; name: string } {
  const { name, namespace } = object.metadata;
  return { kind: object.kind, ...(namespace === undefined ? {} : { namespace }), name };
}
