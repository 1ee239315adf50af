import pLimit from 'p-limit';
import { z } from 'zod';
import type { Generation } from '@portolan/resources/kinds/registry';
import type { KubeClient } from '../client/kube-client.ts';
import { FEATURES, type Feature, type Right } from '../rights/rights.ts';
import { rightsOf, type RightMode } from '../rights/roles.ts';
import type { CheckResult } from './check.ts';

const review = z.looseObject({ status: z.looseObject({ allowed: z.boolean() }) });
const CONCURRENT_REQUESTS = 8;
/** Without these nothing can be served. */
const ESSENTIAL: ReadonlySet<Feature> = new Set(['hub-resources', 'routing']);

interface RightsOptions {
  readonly mode: RightMode;
  readonly generation: Generation;
  /** Of mode `namespaces`. */
  readonly namespaces: readonly string[];
}

interface Question {
  readonly feature: Feature;
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** Asks the API server which rights its caller has (SelfSubjectAccessReview), and returns a result for each feature. */
export async function checkRights(
  client: KubeClient,
  options: RightsOptions,
): Promise<readonly CheckResult[]> {
  const limit = pLimit(CONCURRENT_REQUESTS);
  const questions = questionsOf(client.connection.namespace, options);
  const missing = new Map<Feature, Question[]>();
  await Promise.all(
    questions.map((question) =>
      limit(async () => {
        if (await isAllowed(client, question)) return;
        missing.set(question.feature, [...(missing.get(question.feature) ?? []), question]);
      }),
    ),
  );
  const asked = new Set(questions.map(({ feature }) => feature));
  return [...asked].map((feature) => resultOf(feature, missing.get(feature) ?? []));
}

function resultOf(feature: Feature, missing: readonly Question[]): CheckResult {
  if (missing.length === 0) return { outcome: 'ok', text: `rights for ${feature}` };
  const verbs = Map.groupBy(missing, placeOf);
  const list = [...verbs].map(([place, of]) => `${of.map(({ verb }) => verb).join(', ')} ${place}`);
  return {
    outcome: ESSENTIAL.has(feature) ? 'failed' : 'warning',
    text: `rights for ${feature} are missing, with which the agent ${FEATURES[feature]}`,
    fix: `Grant: ${list.join('; ')}. All that is needed: portolan-agent rights.`,
  };
}

function placeOf({ group, resource, namespace, name }: Question): string {
  const what = `${resource}${group === '' ? '' : `.${group}`}${name === undefined ? '' : ` ${name}`}`;
  return namespace === undefined ? what : `${what} in namespace ${namespace}`;
}

function questionsOf(own: string, { mode, generation, namespaces }: RightsOptions): readonly Question[] {
  const everywhere = mode === 'namespaces' ? namespaces : [undefined];
  return [
    ...rightsOf({ mode, generation, scope: 'cluster' }).flatMap((right) => questionsAbout(right, undefined)),
    ...rightsOf({ mode, generation, scope: 'served' }).flatMap((right) =>
      everywhere.flatMap((namespace) => questionsAbout(right, namespace)),
    ),
    ...rightsOf({ mode, generation, scope: 'own' }).flatMap((right) => questionsAbout(right, own)),
  ];
}

function questionsAbout(right: Right, namespace: string | undefined): readonly Question[] {
  const { feature, group, resources, verbs } = right;
  // Of many names that are granted together, the first stands for all.
  const [name] = right.names ?? [];
  return resources.flatMap((resource) =>
    verbs.map((verb) => ({ feature, group, resource, verb, namespace, name })),
  );
}

async function isAllowed(client: KubeClient, question: Question): Promise<boolean> {
  const [resource, subresource] = question.resource.split('/');
  const { group, verb, namespace, name } = question;
  const resourceAttributes = { group, resource, subresource, verb, namespace, name };
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  return review.parse(await client.request('POST', path, { body })).status.allowed;
}
