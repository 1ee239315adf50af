import { type KubernetesObject, formatKey, objectKey, parseApiVersion } from '../kinds/object.ts';
import type { Generation } from '../kinds/registry.ts';
import type { SourcedObject } from '../manifests/load.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { Problem } from '../problem.ts';
import { allowsPlatformReferences } from './secret-references.ts';
import {
  INGRESS_CLASSES_FACT,
  domainFact,
  kindFact,
  linkFact,
  objectFact,
  resultFact,
} from './dependencies.ts';
import type { RelationName } from './relations.ts';
import type { CompiledUnit, Resolved } from './unit.ts';

/** An object in its last valid version. */
export interface ValidObject<T> extends SourcedObject {
  readonly key: string;
  readonly spec: T;
}

interface ObjectName {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Domains an APIGateway or EdgeIngress answers for. */
export interface Domains {
  readonly generated: string | null;
  /** Verified ones only. */
  readonly custom: readonly string[];
}

/** What a reader may look at; each look is recorded as a dependency by the reader. */
export interface CompileState {
  object(key: string): ValidObject<unknown> | null;
  ofType(type: string): readonly ValidObject<unknown>[];
  result(key: string): CompiledUnit | null;
  sources(relation: RelationName, key: string): readonly string[];
  targets(relation: RelationName, key: string): readonly string[];
  readonly generation: Generation;
  readonly allowCrossNamespace: boolean;
  domains(key: string): Domains | null;
  readonly ingressClasses: readonly string[];
}

/** The only way a unit sees the rest of the world while it compiles: records every look, collects every complaint. */
export class Reader {
  readonly facts = new Set<string>();
  readonly problems: Problem[] = [];
  readonly self: ObjectRef;
  /** Whether the object was made on the platform, so that what it names must lie beyond the agent's machine. */
  readonly isRemote: boolean;
  readonly #state: CompileState;

  constructor(state: CompileState, { object, origin }: SourcedObject) {
    this.#state = state;
    this.self = refOf(object);
    this.isRemote = origin.kind === 'platform';
  }

  find<T>(name: ObjectName): ValidObject<T> | null {
    return this.get<T>(formatKey(name));
  }

  get<T>(key: string): ValidObject<T> | null {
    this.facts.add(objectFact(key));
    const found = this.#state.object(key) as ValidObject<T> | null;
    return found === null || this.#hides(found) ? null : found;
  }

  /** What another object compiled into; null when it does not exist. */
  result<T>(key: string): Resolved<T> | null {
    this.facts.add(resultFact(key));
    return (this.#state.result(key)?.value ?? null) as Resolved<T> | null;
  }

  ofType<T>(type: string): readonly ValidObject<T>[] {
    this.facts.add(kindFact(type));
    return (this.#state.ofType(type) as readonly ValidObject<T>[]).filter((found) => !this.#hides(found));
  }

  sources(relation: RelationName, key: string): readonly string[] {
    this.facts.add(linkFact(relation, key));
    return this.#state.sources(relation, key);
  }

  /** What this object points at in a relation. */
  targets(relation: RelationName): readonly string[] {
    this.facts.add(linkFact(relation, this.self.key));
    return this.#state.targets(relation, this.self.key);
  }

  get generation(): Generation {
    return this.#state.generation;
  }

  /** Whether a reference of this object may lead into a namespace. */
  mayReach(namespace: string): boolean {
    return this.#state.allowCrossNamespace || namespace === this.self.namespace;
  }

  domains(key: string): Domains | null {
    this.facts.add(domainFact(key));
    return this.#state.domains(key);
  }

  get ingressClasses(): readonly string[] {
    this.facts.add(INGRESS_CLASSES_FACT);
    return this.#state.ingressClasses;
  }

  warn(code: string, field: string, text: { message: string; fix: string }): void {
    this.#report('warning', { code, field, ...text });
  }

  error(code: string, field: string, text: { message: string; fix: string }): void {
    this.#report('error', { code, field, ...text });
  }

  /** The one place that keeps Secrets from objects made on the platform: their authors must not be able to use or send the values. */
  #hides({ object }: ValidObject<unknown>): boolean {
    return this.isRemote && typeOf(object) === 'Secret.' && !allowsPlatformReferences(object);
  }

  #report(
    severity: 'warning' | 'error',
    text: { code: string; field: string; message: string; fix: string },
  ): void {
    const { kind, namespace, name } = this.self;
    this.problems.push({ severity, kind, ...(namespace === '' ? {} : { namespace }), name, ...text });
  }
}

/** Names the object something was compiled from. */
export function refOf(object: KubernetesObject): ObjectRef {
  const { name, namespace = '' } = object.metadata;
  return { key: objectKey(object), kind: object.kind, namespace, name };
}

/** `Kind.group`, the same for every version. */
export function typeOf(object: KubernetesObject): string {
  return `${object.kind}.${parseApiVersion(object.apiVersion).group}`;
}
