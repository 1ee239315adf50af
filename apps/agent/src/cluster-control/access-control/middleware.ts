import { createHash } from 'node:crypto';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { ApiResource } from '../../kubernetes/client/api-resource.ts';
import type { MadeObject } from '../../kubernetes/writer/made-object.ts';
import { policyHeaders } from './policy-headers.ts';

const middlewares = (group: string): ApiResource => ({
  group,
  version: 'v1alpha1',
  plural: 'middlewares',
  kind: 'Middleware',
  isNamespaced: true,
});

/** By API group: an IngressRoute names Middlewares of the group of its own API version. */
export const MIDDLEWARES: ReadonlyMap<string, ApiResource> = new Map(
  ['traefik.io', 'traefik.containo.us'].map((group) => [group, middlewares(group)]),
);

/** Middlewares of policies have a prefix that sorts them behind those of users. */
const PREFIX = 'zz-';
const NAME_CHARS_MAX = 253;

/** Returns the name of the Middleware that asks for a policy. */
export function middlewareName(policyName: string): string {
  const name = `${PREFIX}${policyName}`;
  if (name.length <= NAME_CHARS_MAX) return name;
  const hash = createHash('sha256').update(policyName).digest('hex').slice(0, 10);
  return `${name.slice(0, NAME_CHARS_MAX - 11)}-${hash}`;
}

/** Returns the Middleware that asks the agent's auth service for a policy before each request. */
export function forwardAuth(options: {
  readonly group: string;
  readonly namespace: string;
  readonly policyName: string;
  readonly policy: KubernetesObject | null;
  readonly authUrl: string;
}): MadeObject {
  const { group, namespace, policyName, policy, authUrl } = options;
  const { toUpstream, cookies } = policyHeaders(policy);
  const resource = MIDDLEWARES.get(group) ?? middlewares(group);
  return {
    resource,
    owner: policy,
    object: {
      apiVersion: `${resource.group}/${resource.version}`,
      kind: 'Middleware',
      metadata: { name: middlewareName(policyName), namespace },
      spec: {
        forwardAuth: {
          address: policyUrl(authUrl, policyName),
          ...(toUpstream.length === 0 ? {} : { authResponseHeaders: toUpstream }),
          ...(cookies.length === 0 ? {} : { addAuthCookiesToResponse: cookies }),
        },
      },
    },
  };
}

/** Returns where the auth service decides by a policy. */
export function policyUrl(authUrl: string, policyName: string): string {
  return `${authUrl.replace(/\/$/, '')}/policies/${encodeURIComponent(policyName)}`;
}
