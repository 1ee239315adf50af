import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { HUB_GROUP, findKind, listKinds, type Generation } from '@portolan/resources/kinds/registry';
import { resourceOf, type ApiResource } from '../kubernetes/client/api-resource.ts';
import type { MadeObject } from '../kubernetes/writer/made-object.ts';
import type { Served } from '../serving/serving.ts';

/** Returns the resources of which copies are made: those whose right is asked for. */
export function copiedResources(
  generation: Generation,
  namespaces: readonly string[] | null,
): readonly ApiResource[] {
  return listKinds(generation)
    .filter(({ crd, scope }) => crd !== undefined && (namespaces === null || scope === 'Namespaced'))
    .map((info) => resourceOf(info));
}

/**
 * Returns the Hub resources that were made on the platform, to be shown by `kubectl get` as well. An object that the cluster has
 * of its own under the same name is the one that counts, and is not among them.
 */
export function platformCopies(served: Served, namespaces: readonly string[] | null): readonly MadeObject[] {
  return [...served.objects.values()].flatMap(({ object, origin }): readonly MadeObject[] => {
    if (origin.kind !== 'platform') return [];
    const { namespace } = object.metadata;
    if (namespaces !== null && (namespace === undefined || !namespaces.includes(namespace))) return [];
    const info = kindOf(object);
    return info === null ? [] : [{ resource: resourceOf(info), object: contentOf(object), owner: null }];
  });
}

function kindOf({ apiVersion, kind }: KubernetesObject) {
  const info = findKind(apiVersion, kind, 'v2') ?? findKind(apiVersion, kind, 'v3');
  return info?.group === HUB_GROUP ? info : null;
}

/** What people wrote, without what the platform or a cluster keeps about it. */
function contentOf({ apiVersion, kind, metadata, spec }: KubernetesObject): KubernetesObject {
  const { name, namespace, labels, annotations } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    ...(spec === undefined ? {} : { spec }),
  };
}
