import { compilersFor } from '@portolan/resources/compile/compilers';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { listKinds, type Generation } from '@portolan/resources/kinds/registry';
import { understoodKinds } from '@portolan/resources/kinds/understood-kinds';
import type { KindInfo } from '@portolan/resources/kinds/kind-info';
import { resourceOf, type ApiResource } from '../../kubernetes/client/api-resource.ts';
import { projectEndpointSlice, projectName, projectWhole } from './projection.ts';

/** A kind that is read from the cluster, and how. */
export interface WatchedKind {
  /** `KIND.GROUP`, as in object keys. */
  readonly type: string;
  /** In the version to prefer. */
  readonly resource: ApiResource;
  /** Other versions, for servers without that one. */
  readonly alternatives: readonly ApiResource[];
  readonly project: (object: KubernetesObject) => KubernetesObject;
  /** Whether its status is kept for those that write it. */
  readonly keepsStatus: boolean;
  /** Name of the CustomResourceDefinition that brings it; null for kinds that every server has. */
  readonly crd: string | null;
  /** Its objects are only counted: without the right to read them everything else works. */
  readonly isOptional: boolean;
}

const SECRET = 'Secret.';
const NODE = 'Node.';
const ENDPOINT_SLICE = 'EndpointSlice.discovery.k8s.io';
/** Where there are EndpointSlices, the control plane mirrors these into them. */
const ENDPOINTS = 'Endpoints.';
const BUILT_IN_GROUPS = new Set(['', 'apps', 'discovery.k8s.io', 'networking.k8s.io']);

/** CustomResourceDefinitions, of which only names are read. */
export const CRDS: ApiResource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  isNamespaced: false,
};

/** Returns every kind that something reads in a generation, but for Secrets, which are read by name. */
export function watchedKinds(generation: Generation): readonly WatchedKind[] {
  const compiled = compilersFor(generation);
  return listKinds(generation)
    .filter((info) => {
      const type = typeOf(info);
      if (type === SECRET || type === ENDPOINTS) return false;
      return compiled.has(type) || info.crd !== undefined || type === NODE;
    })
    .map(watchedKind);
}

/** Secrets, each watched by its name. */
export const watchedSecret: WatchedKind = watchedKind(findUnderstood(SECRET));

function watchedKind(info: KindInfo): WatchedKind {
  const type = typeOf(info);
  const isBuiltIn = BUILT_IN_GROUPS.has(info.group);
  return {
    type,
    resource: resourceOf(info),
    alternatives: info.versions.slice(1).map((version) => resourceOf(info, version)),
    project: type === NODE ? projectName : type === ENDPOINT_SLICE ? projectEndpointSlice : projectWhole,
    keepsStatus: info.crd !== undefined,
    crd: isBuiltIn ? null : `${info.plural}.${info.group}`,
    isOptional: type === NODE,
  };
}

function typeOf({ kind, group }: KindInfo): string {
  return `${kind}.${group}`;
}

function findUnderstood(type: string): KindInfo {
  const found = understoodKinds.find((info) => typeOf(info) === type);
  if (found === undefined) throw new Error(`${type} is not among the kinds that are understood`);
  return found;
}
