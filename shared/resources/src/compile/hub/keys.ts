import { formatKey } from '../../kinds/object.ts';

/** Key of a managed object; cluster-scoped ones have no namespace. */
export function managedKey(kind: string, name: string, namespace = ''): string {
  return formatKey({ group: 'hub.traefik.io', kind, namespace, name });
}

/** Keys of the APIs a list names; an absent namespace is `default`, as in the CRDs' own duplicate rule. */
export function apiKeys(
  apis: readonly { readonly name: string; readonly namespace?: string }[] | undefined,
): string[] {
  return (apis ?? []).map((api) => managedKey('API', api.name, api.namespace || 'default'));
}
