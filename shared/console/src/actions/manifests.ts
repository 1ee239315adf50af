import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { Generation } from '@portolan/resources/kinds/registry';
import type { LoadedObject, LoadResult } from '@portolan/resources/manifests/load';
import type { Validation } from '@portolan/resources/validate/validate';
import { z } from 'zod';
import { Failure, usageFailure } from '../failure.ts';
import { counted } from '../kinds/format.ts';
import type { Session } from '../kinds/kind.ts';
import { resources } from '../kinds/resources.ts';
import { defineAction, type Plan } from './action.ts';
import { document, optionalText } from './input.ts';
import { planObjects, type ObjectSet } from './object-sets.ts';

/** Returns the objects of manifests in YAML or JSON; throws Failure with the line of the first that is not valid. */
export async function parseManifests(text: string): Promise<readonly KubernetesObject[]> {
  const { loadManifests } = await import('@portolan/resources/manifests/load');
  return (await validObjects(loadManifests(text, ''))).map(({ object }) => object);
}

/** Returns the only object of a manifest; throws Failure otherwise. */
export async function parseManifest(text: string): Promise<KubernetesObject> {
  const [first, ...more] = await parseManifests(text);
  if (first !== undefined && more.length === 0) return first;
  throw new Failure(`The text must contain one object, not ${more.length + 1}.`);
}

/**
 * Returns loaded objects without their status, which `portolan get -o yaml` carries. Throws Failure with the place of the
 * first that is not valid, so that all or none are applied. Stricter than reading: a field that would be dropped silently is
 * an error, as it is for `kubectl apply`.
 */
export async function validObjects(
  { objects, problems }: LoadResult,
  generation?: Generation,
): Promise<readonly LoadedObject[]> {
  const [problem] = problems.filter(({ severity }) => severity === 'error');
  if (problem !== undefined) {
    const field = problem.field === undefined ? '' : `${problem.field}: `;
    throw notValid(problem, `${field}${problem.message}`);
  }
  if (objects.length === 0) throw usageFailure('The manifests contain no objects.', 'Check the files.');
  const found = objects.map((one) => ({ ...one, object: withoutStatus(one.object) }));
  for (const { object, origin } of found) {
    const fault = await faultOf(object, generation);
    if (fault !== null) throw notValid(origin, `${object.kind} ${object.metadata.name}: ${fault}`);
  }
  return found;
}

/**
 * Returns what is wrong with an object by the rules of its kind; null when nothing is. Without a generation it may be of any:
 * the platform validates it by that of its cluster.
 */
export async function faultOf(object: KubernetesObject, generation?: Generation): Promise<string | null> {
  // The rules of every kind are large: loaded with the first manifest.
  const [{ validateObject }, { GENERATIONS }] = await Promise.all([
    import('@portolan/resources/validate/validate'),
    import('@portolan/resources/kinds/registry'),
  ]);
  const faults = (generation === undefined ? GENERATIONS : [generation]).map((one) =>
    describeFault(validateObject(object, { generation: one })),
  );
  return faults.includes(null) ? null : (faults[0] ?? null);
}

function describeFault({ valid, errors, unknownFields }: Validation): string | null {
  const [unknown] = unknownFields;
  if (unknown !== undefined) return unknown.message;
  if (valid) return null;
  return (
    errors.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ') ||
    'not valid'
  );
}

function notValid(
  { file = '', line = 1 }: { readonly file?: string | undefined; readonly line?: number | undefined },
  message: string,
): Failure {
  return file === ''
    ? new Failure(`line ${line}: ${message}.`)
    : new Failure(`${file}:${line}: ${message}.`, 'Nothing was changed. See: portolan validate');
}

function withoutStatus(object: KubernetesObject): KubernetesObject {
  const { status: _status, ...rest } = object;
  return rest;
}

type Manifests = Omit<ObjectSet, 'name' | 'outcome'>;

/** Plans the objects as one change of a cluster. */
export async function planApply(session: Session, set: Manifests) {
  const plan = await planNamed(session, set);
  return { ...plan, title: `Apply ${plan.object}${ofCluster(plan, 'to')}` };
}

/** Plans the objects as one change of a cluster; throws Failure when one of them exists. */
export async function planCreate(session: Session, set: Manifests) {
  const plan = await planNamed(session, set);
  const changes = plan.changePlans.flatMap((one) => one.changes);
  const held = changes.find(({ change }) => change !== 'create');
  if (held === undefined) return { ...plan, title: `Create ${plan.object}${ofCluster(plan, 'on')}` };
  throw new Failure(
    `${held.after?.kind ?? ''} ${held.after?.metadata.name ?? held.key} exists already.`,
    'Nothing was changed. Edit it, or apply the manifest (portolan apply -f FILE).',
  );
}

async function planNamed(session: Session, set: Manifests) {
  const [first, ...more] = set.objects;
  const isOne = first !== undefined && more.length === 0;
  const name = isOne ? first.metadata.name : counted(set.objects.length, 'object');
  const noun = isOne ? first.kind : '';
  const plan = await planObjects(session, [{ ...set, name, outcome: { noun } }]);
  return { ...plan, object: `${noun} ${name}`.trim() };
}

function ofCluster({ changePlans }: Pick<Required<Plan>, 'changePlans'>, word: string): string {
  return changePlans.map(({ cluster: { name } }) => ` ${word} cluster ${name}`).join('');
}

const manifests = document({
  label: 'Manifests',
  value: 'YAML',
  syntax: 'yaml',
  help: 'Kubernetes objects in YAML or JSON',
});
const cluster = optionalText({
  label: 'Cluster',
  value: 'NAME',
  of: 'clusters',
  help: 'required if there are several',
});
const common = {
  permission: 'resources.write',
  danger: 1,
  kind: resources,
  takes: 'none',
  noun: 'object',
} as const;

export const resourceCreate = defineAction({
  ...common,
  id: 'resources.create',
  title: 'New objects from manifests',
  button: 'Create',
  done: 'created',
  details: 'All objects become one change: everything is created or nothing. Objects that exist are refused.',
  inputs: z.object({ manifests, cluster }),
  plan: async (session, _rows, given) =>
    planCreate(session, { objects: await parseManifests(given.manifests), cluster: given.cluster }),
});

export const resourceApply = defineAction({
  ...common,
  id: 'resources.apply',
  title: 'Apply manifests',
  button: 'Apply',
  done: 'applied',
  details:
    'All objects become one change: everything is applied or nothing. Objects that files or GitOps own are refused.',
  inputs: z.object({
    manifests,
    cluster,
    prune: optionalText({
      label: 'Prune',
      value: 'KEY=VALUE,…',
      help: 'labels of objects that are deleted unless a manifest contains them',
    }),
  }),
  plan: async (session, _rows, given) =>
    planApply(session, {
      objects: await parseManifests(given.manifests),
      cluster: given.cluster,
      ...(given.prune === undefined ? {} : { prune: { matchLabels: parseLabels(given.prune) } }),
    }),
});

/** Returns the labels of `team=pay,tier=gold`; throws Failure. */
export function parseLabels(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const at = part.indexOf('=');
      if (at < 1 || part.includes('!'))
        throw usageFailure(`"${part}" is not a label.`, 'Use labels such as team=pay.');
      return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    }),
  );
}
