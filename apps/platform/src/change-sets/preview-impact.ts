import type { AffectedApi, ChangePlan } from '@portolan/contract/changes';
import type { Generation } from '@portolan/resources/kinds/registry';
import { checkObjects } from '@portolan/resources/check/check';
import { Compiler, type CompileContext, type CompileResult } from '@portolan/resources/compile/compiler';
import { edgeRequestOf } from '@portolan/resources/kinds/edge-annotation';
import { parseKey, type KubernetesObject } from '@portolan/resources/kinds/object';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { Problem } from '@portolan/resources/problem';
import { listObjectHosts } from '../domains/store.ts';
import { placeholderHost } from '../domains/generated-domain.ts';
import type { Transaction } from '../db/database.ts';
import { listShownObjects } from '../agents/desired-state/desired-store.ts';
import { listReportedObjects } from '../resources/list/object-store.ts';
import { compileOptionsOf, findReportState } from '../resources/reports/store.ts';
import { originOf } from '../resources/origin.ts';
import { findUnknownGroups } from '../resources/problems/unknown-group-store.ts';
import { diffAccess } from './diff-access.ts';
import { UserCounter } from './user-count-store.ts';
import type { Change } from './plan.ts';
import { shownObject, type ChangeTarget } from './target.ts';

const NAMED_MAX = 500;

interface ChangeImpact {
  readonly affected: AffectedApi[];
  readonly warnings: ChangePlan['warnings'];
}

/**
 * Returns the effects of changes on callers. Compiles the cluster's objects before and after the changes with the compiler of
 * the gateway.
 */
export async function previewImpact(
  tx: Transaction,
  target: ChangeTarget,
  changes: readonly Change[],
  edgeDomain: string,
): Promise<ChangeImpact> {
  const effective = changes.filter(
    ({ change, errors, owner }) => change !== 'unchanged' && errors.length === 0 && owner === null,
  );
  if (effective.length === 0) return { affected: [], warnings: [] };
  const options = compileOptionsOf(await findReportState(tx, target.cluster.id));
  const before = await readPicture(tx, target.cluster.id);
  const after = new Map(before);
  for (const { key, after: object } of effective) {
    if (object === null) after.delete(key);
    else after.set(key, { object: shownObject(object) as KubernetesObject, origin: { kind: 'platform' } });
  }
  const compiler = new Compiler(options);
  const was = compiler.update({
    upserts: [...before.values()],
    context: await contextOf(tx, target, after, edgeDomain),
  });
  const is = compiler.update({
    upserts: effective.flatMap(({ key }) => after.get(key) ?? []),
    deletes: effective.flatMap(({ key }) => (after.has(key) ? [] : [key])),
  });
  const counter = new UserCounter(tx, target.workspace);
  const affected: AffectedApi[] = [];
  for (const { groupsBefore, groupsAfter, ...api } of diffAccess(was.model, is.model).slice(0, NAMED_MAX)) {
    const users = {
      gained: await counter.newcomers(groupsAfter, groupsBefore),
      lost: await counter.newcomers(groupsBefore, groupsAfter),
    };
    affected.push({ ...api, users });
  }
  const problems = {
    before: problemsOf(was, before, options.generation),
    after: problemsOf(is, after, options.generation),
  };
  // Objects that named an unknown group before stay as wrong as they are.
  const [groupsBefore, groupsAfter] = await Promise.all(
    [before, after].map((picture) =>
      findUnknownGroups(
        tx,
        target.workspace,
        [...picture.values()].map(({ object }) => object),
      ),
    ),
  );
  return {
    affected,
    warnings: newProblems(
      [...problems.before, ...(groupsBefore ?? [])],
      [...problems.after, ...(groupsAfter ?? [])],
    ),
  };
}

/** Returns the objects of a cluster by key: those it reported, and those of the platform's desired state. */
async function readPicture(tx: Transaction, clusterId: string): Promise<Map<string, SourcedObject>> {
  const reported = await listReportedObjects(tx, clusterId);
  const wanted = await listShownObjects(tx, clusterId);
  const foreign = reported
    .filter(({ owner }) => owner.kind !== 'platform')
    .map(({ key, object, owner }) => ({ key, object, origin: originOf(owner) }));
  const made = wanted.map(({ key, object }) => ({ key, object, origin: { kind: 'platform' } as const }));
  // An object that the cluster's own source declares takes precedence over the platform's.
  return new Map(
    [...made, ...foreign].map(({ key, object, origin }) => [
      key,
      { object: object as unknown as KubernetesObject, origin },
    ]),
  );
}

/** Returns the compile context with the assigned hosts; a new gateway gets a placeholder for its future host. */
async function contextOf(
  tx: Transaction,
  { cluster }: ChangeTarget,
  objects: ReadonlyMap<string, SourcedObject>,
  edgeDomain: string,
): Promise<CompileContext> {
  const hosts = await listObjectHosts(tx, cluster.id);
  const domains = new Map(hosts.map(({ key, generated, custom }) => [key, { generated, custom }]));
  const edges = [...objects.values()].flatMap(({ object }) => edgeRequestOf(object)?.key ?? []);
  for (const key of [...objects.keys(), ...edges]) {
    const id = parseKey(key);
    if (!id || domains.has(key) || !/^(APIGateway|EdgeIngress|Edge)$/.test(id.kind)) continue;
    domains.set(key, {
      generated: placeholderHost(id.name, edgeDomain),
      custom: [],
    });
  }
  return { domains, apiAuth: { kind: 'apiKey', source: {} } };
}

/**
 * Returns the problems of the compiler and of the reference check; for one field only the compiler's, which state the effect.
 */
function problemsOf(
  compiled: CompileResult,
  picture: ReadonlyMap<string, SourcedObject>,
  generation: Generation,
): Problem[] {
  const placeOf = ({ kind, namespace, name, field }: Problem) =>
    JSON.stringify([kind, namespace, name, field]);
  const told = new Set(compiled.problems.map(placeOf));
  const more = checkObjects(picture.values(), generation);
  return [...compiled.problems, ...more.filter((problem) => !told.has(placeOf(problem)))];
}

function newProblems(before: readonly Problem[], after: readonly Problem[]): ChangePlan['warnings'] {
  const known = new Set(before.map(identityOf));
  return after
    .filter((problem) => !known.has(identityOf(problem)))
    .slice(0, NAMED_MAX)
    .map(({ severity, kind, namespace, name, field, message, fix }) => ({
      severity,
      kind: kind ?? null,
      namespace: namespace ?? null,
      name: name ?? null,
      field: field ?? null,
      message,
      fix: fix ?? null,
    }));
}

function identityOf({ code, kind, namespace, name, field, message }: Problem): string {
  return JSON.stringify([code, kind, namespace, name, field, message]);
}
