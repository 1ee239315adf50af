import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { ApiResource } from '../client/api-resource.ts';
import type { KubeClient } from '../client/kube-client.ts';

/** Which objects of a resource. */
interface ReflectedScope {
  /** Only those of this namespace. */
  readonly namespace?: string;
  /** `metadata.name=NAME` is a list of one, which the right to one name allows (RBAC `resourceNames`). */
  readonly fieldSelector?: string;
}

/** What is reflected, and what is made of each object. */
export interface ReflectedResource<T> {
  readonly client: KubeClient;
  readonly resource: ApiResource;
  readonly scope: ReflectedScope;
  /** Requests objects without spec and status. */
  readonly isMetadataOnly?: boolean;
  /** Keeps of an object what is needed: it is called once for each, as it is parsed. */
  readonly project: (object: KubernetesObject) => T;
}

/** Projects an object; items of lists and bare metadata do not say what they are. */
export function projectAs<T>({ resource, project }: ReflectedResource<T>, object: KubernetesObject): T {
  const { group, version, kind } = resource;
  return project({ ...object, apiVersion: group === '' ? version : `${group}/${version}`, kind });
}

/** Media types of objects without spec and status, and of lists of them. */
export const METADATA_ONLY = {
  object: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  list: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
} as const;
