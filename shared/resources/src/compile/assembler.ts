import { isDeepStrictEqual } from 'node:util';
import type { ApplicationKey, Model, Route } from '../model/model.ts';
import type { Catalogue } from '../model/catalogue.ts';
import type { Service } from '../model/service.ts';
import type { ApiAuth } from '../model/authentication.ts';
import { compareRoutes, compareText } from '../model/compare.ts';
import type { Problem } from '../problem.ts';
import { PathConflicts } from './path-conflicts.ts';
import { tlsOfHosts } from './tls-hosts.ts';
import type { CompiledUnit } from './unit.ts';

export interface UnitChange {
  readonly key: string;
  readonly before: CompiledUnit | null;
  readonly after: CompiledUnit | null;
}

/** Keeps the parts of the model and replaces only those a change touches; every model it hands out stays as it is. */
export class Assembler {
  #routes: readonly Route[] = [];
  #services: ReadonlyMap<string, Service> = new Map();
  #tls = tlsOfHosts([]);
  #applicationKeys: ReadonlyMap<string, ApplicationKey> = new Map();
  #catalogue: Catalogue = new Map();
  readonly #withKeys = new Map<string, CompiledUnit>();
  readonly #withTls = new Map<string, CompiledUnit>();
  readonly #problemsByUnit = new Map<string, readonly Problem[]>();
  readonly #conflicts = new PathConflicts();

  /** Takes over units' new outputs; returns the ids of routes that were added, removed or changed. */
  apply(changes: readonly UnitChange[]): string[] {
    for (const { key, after } of changes) {
      if (after === null || after.problems.length === 0) this.#problemsByUnit.delete(key);
      else this.#problemsByUnit.set(key, after.problems);
    }
    this.#applyServices(changes);
    this.#applyTls(changes);
    this.#applyKeys(changes);
    this.#applyCatalogue(changes);
    return this.#applyRoutes(changes);
  }

  /** Returns all problems by the key of their object, ordered by key; `invalid` are those of newest versions. */
  problemsByKey(invalid: ReadonlyMap<string, readonly Problem[]>): ReadonlyMap<string, readonly Problem[]> {
    const groups = [invalid, this.#problemsByUnit, this.#conflicts.problems(), this.#tls.problems];
    const keys = [...new Set(groups.flatMap((group) => [...group.keys()]))].toSorted(compareText);
    return new Map(keys.map((key) => [key, groups.flatMap((group) => group.get(key) ?? [])]));
  }

  model(apiAuth: ApiAuth): Omit<Model, 'problems'> {
    return {
      routes: this.#routes,
      services: this.#services,
      certificates: this.#tls.certificates,
      tlsOptions: this.#tls.tlsOptions,
      apiAuth,
      applicationKeys: this.#applicationKeys,
      catalogue: this.#catalogue,
    };
  }

  #applyRoutes(changes: readonly UnitChange[]): string[] {
    const gone = new Set<Route>();
    const come: Route[] = [];
    for (const { before, after } of changes) {
      const kept = new Set(after?.routes);
      for (const route of before?.routes ?? []) if (!kept.has(route)) gone.add(route);
      const had = new Set(before?.routes);
      for (const route of after?.routes ?? []) if (!had.has(route)) come.push(route);
    }
    if (gone.size === 0 && come.length === 0) return [];
    this.#conflicts.apply(gone, come);
    this.#routes = merge(
      gone.size === 0 ? this.#routes : this.#routes.filter((route) => !gone.has(route)),
      come.toSorted(compareRoutes),
    );
    return [...new Set([...gone, ...come].map((route) => route.id))];
  }

  #applyServices(changes: readonly UnitChange[]): void {
    const touched = changes.filter(({ before, after }) => before?.service !== after?.service);
    if (touched.length === 0) return;
    const services = new Map(this.#services);
    for (const { before } of touched)
      if (before?.service !== undefined) services.delete(nameOf(before.service));
    for (const { after } of touched)
      if (after?.service !== undefined) services.set(nameOf(after.service), after.service);
    this.#services = services;
  }

  /** One key of two applications is that of the first by name. */
  #applyKeys(changes: readonly UnitChange[]): void {
    const touched = changes.filter(
      ({ before, after }) => before?.applicationKeys !== undefined || after?.applicationKeys !== undefined,
    );
    if (touched.length === 0) return;
    for (const { key, after } of touched) {
      if (after?.applicationKeys === undefined) this.#withKeys.delete(key);
      else this.#withKeys.set(key, after);
    }
    const units = [...this.#withKeys].toSorted(([a], [b]) => compareText(b, a));
    this.#applicationKeys = new Map(units.flatMap(([, unit]) => [...(unit.applicationKeys ?? [])]));
  }

  #applyCatalogue(changes: readonly UnitChange[]): void {
    const touched = changes.filter(({ before, after }) => before?.catalogue !== after?.catalogue);
    if (touched.length === 0) return;
    const catalogue = new Map(this.#catalogue);
    for (const { key, after } of touched) {
      if (after?.catalogue === undefined) catalogue.delete(key);
      else catalogue.set(key, after.catalogue);
    }
    this.#catalogue = catalogue;
  }

  #applyTls(changes: readonly UnitChange[]): void {
    const touched = changes.filter(({ before, after }) => hasTls(before) || hasTls(after));
    if (touched.length === 0) return;
    for (const { key, after } of touched) {
      if (after !== null && hasTls(after)) this.#withTls.set(key, after);
      else this.#withTls.delete(key);
    }
    const units = [...this.#withTls.entries()]
      .toSorted(([a], [b]) => compareText(a, b))
      .map(([, unit]) => unit);
    this.#tls = tlsOfHosts(units);
  }
}

/** Gives equal routes and services of a unit their former identity, so that what others keep about them lives on. */
export function withFormerIdentity(before: CompiledUnit | null, after: CompiledUnit): CompiledUnit {
  if (before === null) return after;
  const former = new Map(before.routes?.map((route) => [route.id, route]));
  const routes = after.routes?.map((route) => {
    const old = former.get(route.id);
    return old !== undefined && isDeepStrictEqual(old, route) ? old : route;
  });
  const isSameService = after.service !== undefined && isDeepStrictEqual(before.service, after.service);
  const isSameEntry = after.catalogue !== undefined && isDeepStrictEqual(before.catalogue, after.catalogue);
  const isSameValue = after.value !== undefined && isDeepStrictEqual(before.value, after.value);
  return {
    ...after,
    ...(routes === undefined ? {} : { routes }),
    ...(isSameService && before.service !== undefined ? { service: before.service } : {}),
    ...(isSameEntry && before.catalogue !== undefined ? { catalogue: before.catalogue } : {}),
    ...(isSameValue ? { value: before.value } : {}),
  };
}

function merge(left: readonly Route[], right: readonly Route[]): readonly Route[] {
  if (right.length === 0) return left;
  const merged: Route[] = [];
  let next = 0;
  for (const route of left) {
    for (
      let other = right[next];
      other !== undefined && compareRoutes(other, route) < 0;
      other = right[++next]
    )
      merged.push(other);
    merged.push(route);
  }
  return [...merged, ...right.slice(next)];
}

function hasTls(unit: CompiledUnit | null): boolean {
  return unit?.certificates !== undefined || unit?.tlsOptions !== undefined;
}

function nameOf(service: Service): string {
  return `${service.namespace}/${service.name}`;
}
