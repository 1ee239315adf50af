import type { ApiAuth, Certificate, Model } from '@portolan/resources/model/model';
import type { DesiredState } from '@portolan/contract/agent';
import { Compiler, type CompileContext } from '@portolan/resources/compile/compiler';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { Problem } from '@portolan/resources/problem';
import type { AgentLogger } from '../logger.ts';
import type { SourceSnapshot } from '../sources/source.ts';
import { fromPlatform, merge, PLATFORM_FILE } from './merge.ts';

/** What is in force after a change, and everything that is wrong with what was wished for. */
export interface Served {
  readonly objects: ReadonlyMap<string, SourcedObject>;
  readonly problems: readonly Problem[];
  /** The model in service; an older one while an empty one is held back. */
  readonly model: Model;
  /** Objects served in an older form than the source now has, or whose file can no longer be read. */
  readonly held: readonly SourcedObject[];
}

export interface ServingOptions {
  readonly log: AgentLogger;
  /** Let a change take the last route out of service. */
  readonly allowEmpty: boolean;
  /** Puts a model into service, at once and as a whole. */
  readonly swap: (model: Model) => void;
  readonly onServed: (served: Served) => void;
}

/** Turns what the source holds and what the platform wants into the model in service. */
export class Serving {
  readonly #options: ServingOptions;
  readonly #compiler = new Compiler({ generation: 'v2' });
  #compiled: ReadonlyMap<string, SourcedObject> = new Map();
  #source: SourceSnapshot | null = null;
  #platformObjects: readonly SourcedObject[] = [];
  #context: CompileContext | null = null;
  #certificates: ReadonlyMap<string, Certificate> = new Map();
  #model: Model | null = null;
  #isEmptyAllowed: boolean;

  constructor(options: ServingOptions) {
    this.#options = options;
    this.#isEmptyAllowed = options.allowEmpty;
  }

  /** Compiles objects that were in service before a restart, so that a broken successor does not end them. */
  recall(held: readonly SourcedObject[]): void {
    this.#compiled = merge(held, []).objects;
    this.#compiler.update({ upserts: held });
  }

  setSource(snapshot: SourceSnapshot): void {
    this.#source = snapshot;
    this.#update();
  }

  /** Takes the objects, domains and authentication the platform wants, and says what became of its objects. */
  setDesired(state: Omit<DesiredState, 'keys'>): readonly Problem[] {
    this.#platformObjects = fromPlatform(state.objects);
    this.#certificates = certificatesByHost(state.certificates);
    this.#context = {
      domains: new Map(state.domains.map(({ key, generated, custom }) => [key, { generated, custom }])),
      apiAuth: state.apiAuth as unknown as ApiAuth,
    };
    return this.#update();
  }

  /** Lets the empty model that is being held back into service, once. */
  confirmEmpty(): void {
    this.#isEmptyAllowed = true;
    this.#update();
    this.#isEmptyAllowed = this.#options.allowEmpty;
  }

  #update(): readonly Problem[] {
    // Nothing is known of the cluster's own objects yet: compiling now would serve half of the picture.
    if (this.#source === null) return [];
    const merged = merge(this.#source.objects, this.#platformObjects);
    const upserts = [...merged.objects].filter(([key, sourced]) => this.#compiled.get(key) !== sourced);
    const deletes = [...this.#compiled.keys()].filter((key) => !merged.objects.has(key));
    const result = this.#compiler.update({
      upserts: upserts.map(([, sourced]) => sourced),
      deletes,
      ...(this.#context === null ? {} : { context: this.#context }),
    });
    this.#compiled = merged.objects;
    // The cluster's own certificates come last: they win over those of the platform.
    const certificates = new Map([...this.#certificates, ...result.model.certificates]);
    const held = this.#serve({ ...result.model, certificates });
    const fromObjects = result.problems.map(withoutPlatformFile);
    const problems = [...this.#source.problems, ...merged.problems, ...fromObjects, ...held];
    const model = this.#model ?? result.model;
    this.#options.onServed({ objects: merged.objects, problems, model, held: this.#heldObjects(problems) });
    return problems.filter((problem) => problem.file === undefined);
  }

  #serve(model: Model): readonly Problem[] {
    const live = this.#model?.routes.length ?? 0;
    if (model.routes.length === 0 && live > 0 && !this.#isEmptyAllowed) {
      const problem = heldBack(live);
      this.#options.log.warn({ event: 'serving.empty-held-back', routes: live }, problem.message);
      return [problem];
    }
    this.#model = model;
    this.#options.swap(model);
    return [];
  }

  #heldObjects(problems: readonly Problem[]): SourcedObject[] {
    const broken = new Set(problems.filter(({ severity }) => severity === 'error').map(({ file }) => file));
    const held: SourcedObject[] = [];
    for (const [key, sourced] of this.#compiled) {
      if (!broken.has(sourced.source.file)) continue;
      const good = this.#compiler.object(key);
      if (good !== null) held.push({ object: good.object, source: sourced.source });
    }
    return held;
  }
}

function certificatesByHost(issued: DesiredState['certificates']): ReadonlyMap<string, Certificate> {
  const source = { key: 'platform', kind: 'Certificate', namespace: '', name: 'platform' };
  return new Map(
    issued.flatMap(({ hosts, cert, key }) => hosts.map((host) => [host, { source, cert, key }] as const)),
  );
}

function withoutPlatformFile(problem: Problem): Problem {
  if (problem.file !== PLATFORM_FILE) return problem;
  const { file: _file, line: _line, ...rest } = problem;
  return rest;
}

function heldBack(live: number): Problem {
  return {
    code: 'empty-held-back',
    severity: 'error',
    message: `the resources would leave no route at all; the ${live} routes in service are kept`,
    fix: 'restore the manifests; if nothing is to be served, send the agent SIGHUP or start it with --allow-empty',
  };
}
