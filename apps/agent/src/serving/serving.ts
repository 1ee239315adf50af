import type { Certificate, Model } from '@portolan/resources/model/model';
import type { ApiAuth } from '@portolan/resources/model/authentication';
import type { DesiredState } from '@portolan/contract/desired-state';
import { formatKey, objectKey } from '@portolan/resources/kinds/object';
import { Compiler, type CompileContext } from '@portolan/resources/compile/compiler';
import type { Resolved } from '@portolan/resources/compile/unit';
import { HUB_GROUP, type Generation } from '@portolan/resources/kinds/registry';
import type { AccessPolicy } from '@portolan/resources/model/policy';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { Problem } from '@portolan/resources/problem';
import type { AgentLogger } from '../logger.ts';
import type { SourceUpdate } from '../sources/source.ts';
import { fromPlatform, merge, type Objects } from './merge.ts';

/** What is served after a change, and all problems of what was to be served. */
export interface Served {
  readonly objects: Objects;
  /** Objects of the source as they are there, with what agents attached to them. */
  readonly source: Objects;
  readonly problems: readonly Problem[];
  /** Those of objects, by `objectKey`. */
  readonly problemsByKey: ReadonlyMap<string, readonly Problem[]>;
  /** The served model; an older one while an empty one is held back. */
  readonly model: Model;
  /** Last valid versions of the objects whose newest version is invalid or cannot be read. */
  readonly lastValid: readonly SourcedObject[];
  /** `objectKey`s of the Secrets that something refers to. */
  readonly secrets: ReadonlySet<string>;
}

export interface ServingOptions {
  readonly generation: Generation;
  readonly allowCrossNamespace: boolean;
  readonly log: AgentLogger;
  /** Whether a change may take the last route out of service. */
  readonly allowEmpty: boolean;
  /** Replaces the served model as a whole. */
  readonly swap: (model: Model) => void;
  readonly onServed: (served: Served) => void;
}

/** Compiles the objects of the source and of the platform into the served model. */
export class Serving {
  readonly #options: ServingOptions;
  readonly #compiler: Compiler;
  #compiled: Objects = new Map();
  #source: { readonly objects: Objects; readonly update: SourceUpdate } | null = null;
  #platformObjects: Objects = new Map();
  #context: CompileContext | null = null;
  #certificates: ReadonlyMap<string, Certificate> = new Map();
  /** Of public authorities, by host; their keys were made by this agent. */
  #publicCertificates: ReadonlyMap<string, Certificate> = new Map();
  #model: Model | null = null;
  #isEmptyAllowed: boolean;

  constructor(options: ServingOptions) {
    this.#options = options;
    this.#compiler = new Compiler(options);
    this.#isEmptyAllowed = options.allowEmpty;
  }

  /** Compiles objects served before a restart, so that an invalid newest version does not end them. */
  restore(lastValid: readonly SourcedObject[]): void {
    this.#compiled = new Map(lastValid.map((sourced) => [objectKey(sourced.object), sourced]));
    this.#compiler.update({ upserts: lastValid });
  }

  updateSource(update: SourceUpdate): void {
    const objects = applyUpdate(this.#source?.objects ?? new Map(), update);
    this.#source = { objects, update };
    this.#update();
  }

  /** Applies the objects, domains and authentication of a desired state; returns the problems of its objects. */
  setDesired(state: Omit<DesiredState, 'keys'>): readonly Problem[] {
    this.#platformObjects = fromPlatform(state.objects);
    this.#certificates = certificatesByHost(state.certificates);
    this.#context = {
      domains: new Map(state.domains.map(({ key, generated, custom }) => [key, { generated, custom }])),
      apiAuth: { ...state.apiAuth, isRemote: true } as unknown as ApiAuth,
    };
    return this.#update();
  }

  /** Serves certificates of public authorities in place of those from before; they win over those of the local authority. */
  setPublicCertificates(certificates: DesiredState['certificates']): void {
    this.#publicCertificates = certificatesByHost(certificates);
    this.#update();
  }

  /** Returns an AccessControlPolicy by name; null when it does not exist or did not load. */
  findPolicy(name: string): AccessPolicy | null {
    const key = formatKey({ group: HUB_GROUP, kind: 'AccessControlPolicy', namespace: '', name });
    const policy = this.#compiler.result(key)?.value as Resolved<AccessPolicy> | undefined;
    return policy?.ok === true ? policy.value : null;
  }

  /** Serves the empty model that is held back, once. */
  confirmEmpty(): void {
    this.#isEmptyAllowed = true;
    this.#update();
    this.#isEmptyAllowed = this.#options.allowEmpty;
  }

  #update(): readonly Problem[] {
    // The cluster's own objects are not read yet: compiling now would serve only some of all routes.
    if (this.#source === null) return [];
    const { objects, update } = this.#source;
    const merged = merge(objects, this.#platformObjects);
    const upserts = [...merged.objects].filter(([key, sourced]) => this.#compiled.get(key) !== sourced);
    const deletes = [...this.#compiled.keys()].filter((key) => !merged.objects.has(key));
    const result = this.#compiler.update({
      upserts: upserts.map(([, sourced]) => sourced),
      deletes,
      ...(this.#context === null ? {} : { context: this.#context }),
    });
    this.#compiled = merged.objects;
    // The cluster's own certificates come last: they win over those of the platform.
    const certificates = new Map([
      ...this.#certificates,
      ...this.#publicCertificates,
      ...result.model.certificates,
    ]);
    const heldBack = this.#serve({ ...result.model, certificates });
    const problems = [...update.problems, ...merged.problems, ...result.problems, ...heldBack];
    const model = this.#model ?? result.model;
    this.#options.onServed({
      objects: merged.objects,
      source: objects,
      problems,
      problemsByKey: result.problemsByKey,
      model,
      lastValid: this.#lastValid(update.stale),
      secrets: this.#compiler.referredTo('Secret.'),
    });
    const ofPlatform = [...result.problemsByKey].filter(
      ([key]) => merged.objects.get(key)?.origin.kind === 'platform',
    );
    return [...merged.problems, ...ofPlatform.flatMap(([, found]) => found), ...heldBack];
  }

  #serve(model: Model): readonly Problem[] {
    const live = this.#model?.routes.length ?? 0;
    if (model.routes.length === 0 && live > 0 && !this.#isEmptyAllowed) {
      const problem = emptyHeldBack(live);
      this.#options.log.warn({ event: 'serving.empty-held-back', routes: live }, problem.message);
      return [problem];
    }
    this.#model = model;
    this.#options.swap(model);
    return [];
  }

  #lastValid(stale: ReadonlySet<string>): SourcedObject[] {
    return [...stale, ...this.#compiler.invalid].flatMap((key) => {
      const origin = this.#compiled.get(key)?.origin;
      const valid = this.#compiler.object(key);
      return origin === undefined || valid === null ? [] : [{ object: valid.object, origin }];
    });
  }
}

function certificatesByHost(issued: DesiredState['certificates']): ReadonlyMap<string, Certificate> {
  const source = { key: 'platform', kind: 'Certificate', namespace: '', name: 'platform' };
  return new Map(
    issued.flatMap(({ hosts, cert, key }) => hosts.map((host) => [host, { source, cert, key }] as const)),
  );
}

function applyUpdate(known: Objects, update: SourceUpdate): Objects {
  if (update.kind === 'snapshot') return update.objects;
  const objects = new Map([...known, ...update.upserts]);
  for (const key of update.deletes) objects.delete(key);
  return objects;
}

function emptyHeldBack(live: number): Problem {
  return {
    code: 'empty-held-back',
    severity: 'error',
    message: `the resources contain no routes; the ${live} routes served so far are kept`,
    fix: 'restore the manifests; if nothing should be served, send the agent SIGHUP or start it with --allow-empty',
  };
}
