import { objectKey, type KubernetesObject } from '../kinds/object.ts';
import type { Problem } from '../problem.ts';
import { textAt, textsAt, valuesAt } from './values-at.ts';
import { type Located, type ObjectSet, warning } from './object-set.ts';

// Stands for every signed-in user among the groups of an access.
const EVERYONE = '*';

// Subscribers times APIs: far above what people write, and a second's work.
const PLACES_MAX = 300_000;

interface Grant {
  readonly located: Located;
  readonly weight: number;
  readonly plan: string | null;
}

/**
 * Warnings of generation v3 for plans that a tie hides: of two grants of one weight for the same API and the same
 * caller, the first by name applies, even when it has no plan, and the other's limit never does.
 */
export function checkEqualWeights(set: ObjectSet): readonly Problem[] {
  return ['APIAccess', 'ManagedSubscription'].flatMap((kind) => {
    const problems = new Map<string, Problem>();
    const { byApi, isComplete } = grantsByApi(kind, set);
    for (const [api, bySubject] of byApi) {
      const everyone = bySubject.get(EVERYONE) ?? [];
      for (const [subject, own] of bySubject) {
        // Whoever is in a group is someone, too.
        const grants = subject === EVERYONE ? own : [...own, ...everyone];
        for (const [hidden, winner] of hiddenBy(grants)) {
          const key = `${objectKey(hidden.located.object)} ${objectKey(winner.located.object)}`;
          if (!problems.has(key)) problems.set(key, tie(hidden, winner, { api, subject }));
        }
      }
    }
    return isComplete ? [...problems.values()] : [...problems.values(), incomplete(kind)];
  });
}

interface Grants {
  readonly byApi: ReadonlyMap<KubernetesObject, ReadonlyMap<string, readonly Grant[]>>;
  readonly isComplete: boolean;
}

function grantsByApi(kind: string, set: ObjectSet): Grants {
  const byApi = new Map<KubernetesObject, Map<string, Grant[]>>();
  let left = PLACES_MAX;
  for (const located of set.list(kind)) {
    const { object } = located;
    const weight = valuesAt(object, 'spec.weight')[0]?.value;
    const plan = textAt(object, 'spec.apiPlan.name');
    const grant: Grant = { located, weight: typeof weight === 'number' ? weight : 0, plan };
    const subjects = subjectsOf(object, set);
    const apis = apisOf(object, set);
    left -= subjects.length * apis.length;
    if (left < 0) return { byApi, isComplete: false };
    for (const api of apis) {
      const bySubject = byApi.get(api) ?? new Map<string, Grant[]>();
      byApi.set(api, bySubject);
      for (const subject of subjects) {
        const grants = bySubject.get(subject) ?? [];
        grants.push(grant);
        bySubject.set(subject, grants);
      }
    }
  }
  return { byApi, isComplete: true };
}

function incomplete(kind: string): Problem {
  const message = `too many combinations of callers and APIs to compare all ${kind} objects for equal weights`;
  return { code: 'check-incomplete', severity: 'warning', message, fix: 'check fewer manifests at a time' };
}

function* hiddenBy(grants: readonly Grant[]): Generator<readonly [Grant, Grant]> {
  if (grants.length < 2) return;
  const [winner, ...others] = [...new Set(grants)].toSorted(
    (a, b) =>
      b.weight - a.weight || (a.located.object.metadata.name < b.located.object.metadata.name ? -1 : 1),
  );
  if (winner === undefined) return;
  for (const other of others) {
    if (other.weight === winner.weight && other.plan !== null && other.plan !== winner.plan)
      yield [other, winner];
  }
}

interface Place {
  readonly api: KubernetesObject;
  readonly subject: string;
}

function tie(hidden: Grant, winner: Grant, { api, subject }: Place): Problem {
  const who = subject === EVERYONE ? 'everyone' : `"${subject}"`;
  const { kind, metadata } = winner.located.object;
  const effect =
    winner.plan === null ? 'which has none: there is no limit' : `which has plan "${winner.plan}"`;
  return warning(hidden.located, {
    code: 'tie-hides-limit',
    field: 'spec.weight',
    message: `for API "${api.metadata.name}" and ${who}, plan "${hidden.plan ?? ''}" never applies: ${kind} "${metadata.name}" has the same weight and sorts first by name, ${effect}`,
    fix: 'give one of them a higher weight',
  });
}

function subjectsOf(object: KubernetesObject, set: ObjectSet): readonly string[] {
  if (object.kind === 'APIAccess') {
    const isOpen = valuesAt(object, 'spec.everyone')[0]?.value === true;
    return isOpen ? [EVERYONE] : textsAt(object, 'spec.groups[]');
  }
  const namespace = object.metadata.namespace;
  const named = textsAt(object, 'spec.managedApplications[].name').flatMap((name) => {
    const application = set.find('ManagedApplication', namespace, name);
    return application === null ? [] : [application];
  });
  const selector = valuesAt(object, 'spec.managedApplicationSelector')[0]?.value;
  const selected = set.select('ManagedApplication', selector, namespace ?? '');
  const ids = [...named, ...selected].flatMap((application) => textsAt(application, 'spec.appId'));
  return [...new Set([...textsAt(object, 'spec.applications[].appId'), ...ids])];
}

function apisOf(object: KubernetesObject, set: ObjectSet): readonly KubernetesObject[] {
  const namespace = object.metadata.namespace;
  const bundles = textsAt(object, 'spec.apiBundles[].name').flatMap((name) => {
    const bundle = set.find('APIBundle', namespace, name);
    return bundle === null ? [] : [bundle];
  });
  const apis = [object, ...bundles].flatMap((owner) => [
    ...textsAt(owner, 'spec.apis[].name').flatMap((name) => {
      const api = set.find('API', namespace, name);
      return api === null ? [] : [api];
    }),
    ...set.select('API', valuesAt(owner, 'spec.apiSelector')[0]?.value, namespace ?? ''),
  ]);
  return [...new Set(apis)];
}
