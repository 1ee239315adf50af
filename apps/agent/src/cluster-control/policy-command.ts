import { policyTarget, type PolicyTarget, type SentCommand } from '@portolan/contract/cluster-commands';
import { formatKey } from '@portolan/resources/kinds/object';
import { HUB_GROUP } from '@portolan/resources/kinds/registry';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import { POLICY_ANNOTATION } from '@portolan/resources/compile/hub/access-policy';
import { hasCode } from '../kubernetes/client/api-error.ts';
import type { ApiResource } from '../kubernetes/client/api-resource.ts';
import type { KubeClient } from '../kubernetes/client/kube-client.ts';
import type { Leadership } from '../kubernetes/leader/leadership.ts';
import { FIELD_MANAGER, isMade } from '../kubernetes/writer/made-object.ts';
import { failed, succeeded, type CommandResult } from '../platform/cluster-commands/cluster-commands.ts';
import { ownerOf } from '../platform/resources/owner.ts';
import type { Served } from '../serving/serving.ts';

const RESOURCES: Readonly<Record<PolicyTarget['kind'], readonly ApiResource[]>> = {
  Ingress: [
    { group: 'networking.k8s.io', version: 'v1', plural: 'ingresses', kind: 'Ingress', isNamespaced: true },
  ],
  IngressRoute: ['traefik.io', 'traefik.containo.us'].map((group) => ({
    group,
    version: 'v1alpha1',
    plural: 'ingressroutes',
    kind: 'IngressRoute',
    isNamespaced: true,
  })),
};

export interface PolicyCommandOptions {
  readonly client: KubeClient;
  readonly leadership: Leadership;
  readonly served: () => Served | null;
}

/**
 * Sets or removes the annotation that names the policy of an Ingress or IngressRoute of the cluster. What a GitOps tool owns is left to
 * it, and a policy that does not exist is refused: it would close the route. Rejects when it may succeed later.
 */
export async function runPolicyCommand(
  { client, leadership, served }: PolicyCommandOptions,
  command: SentCommand,
): Promise<CommandResult> {
  const state = served();
  if (!leadership.isLeading || state === null) return null;
  const target = policyTarget.safeParse(command['target']).data;
  const policy = command.type === 'set-policy' ? command['policy'] : null;
  if (target === undefined || (policy !== null && typeof policy !== 'string'))
    return failed('invalid-command', 'the command names no Ingress or IngressRoute, or no policy');
  const found = findTarget(state, target);
  const refusal = found === null ? notFound(target) : refuse(state, found.sourced, policy);
  if (found === null || refusal !== null) return refusal;
  const { namespace, name } = target;
  const { uid } = found.sourced.object.metadata;
  const patch = {
    // Not one of the same name that was made since.
    metadata: { ...(uid === undefined ? {} : { uid }), annotations: { [POLICY_ANNOTATION]: policy } },
  };
  try {
    await leadership.write((limits) =>
      client.patch(found.resource, { namespace, name }, patch, {
        fieldManager: FIELD_MANAGER,
        type: 'merge',
        ...limits,
      }),
    );
  } catch (error) {
    if (hasCode(error, 404)) return notFound(target);
    if (hasCode(error, 403))
      return failed('missing-right', `the agent may not change it: ${error.message.slice(0, 500)}`);
    // Of an object that was replaced meanwhile the uid is another one: what is there now is seen soon.
    if (hasCode(error, 422) && !error.message.includes('metadata.uid'))
      return failed('refused', error.message.slice(0, 800));
    throw error;
  }
  return succeeded();
}

function findTarget(
  { source }: Served,
  { kind, namespace, name }: PolicyTarget,
): { readonly resource: ApiResource; readonly sourced: SourcedObject } | null {
  for (const resource of RESOURCES[kind]) {
    const sourced = source.get(formatKey({ group: resource.group, kind, namespace, name }));
    if (sourced !== undefined) return { resource, sourced };
  }
  return null;
}

function refuse({ objects }: Served, sourced: SourcedObject, policy: string | null): CommandResult {
  const { kind, metadata } = sourced.object;
  if (isMade(sourced.object))
    return failed('owned-elsewhere', `${kind} ${metadata.name} was made by the agent`);
  const owner = ownerOf(sourced);
  if (owner.kind === 'gitops')
    return failed(
      'owned-elsewhere',
      `${kind} ${metadata.name} is owned by ${owner.tool} (${owner.application}): change it there`,
    );
  if (policy === null) return null;
  const key = formatKey({ group: HUB_GROUP, kind: 'AccessControlPolicy', namespace: '', name: policy });
  return objects.has(key)
    ? null
    : failed(
        'policy-not-found',
        `AccessControlPolicy ${policy} does not exist, and the route would be closed`,
      );
}

function notFound({ kind, namespace, name }: PolicyTarget): NonNullable<CommandResult> {
  return failed(
    'object-not-found',
    `${kind} ${namespace}/${name} does not exist in the namespaces that the agent serves`,
  );
}
