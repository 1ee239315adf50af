import { generation, type Generation } from '@portolan/contract/clusters';
import type { KindInfo } from './kind-info.ts';
import type { CustomResourceDefinition } from '../crds/custom-resource-definition.ts';
import { v2Crds } from '../generated/v2-crds.ts';
import { v3Crds } from '../generated/v3-crds.ts';
import type { Problem } from '../problem.ts';
import { closestName } from './closest-name.ts';
import { parseApiVersion, type KubernetesObject } from './object.ts';
import { understoodKinds } from './understood-kinds.ts';

export type { Generation };
export const GENERATIONS = generation.options;
export const DEFAULT_GENERATION: Generation = 'v2';

export const HUB_GROUP = 'hub.traefik.io';
const TRAEFIK_GROUPS = new Set(['traefik.io', 'traefik.containo.us']);

const kinds: Readonly<Record<Generation, ReadonlyMap<string, KindInfo>>> = {
  v2: index([...v2Crds.map(fromCrd), ...understoodKinds]),
  v3: index([...v3Crds.map(fromCrd), ...understoodKinds]),
};

/** Every kind Portolan understands in a generation. */
export function listKinds(generation: Generation): readonly KindInfo[] {
  return [...kinds[generation].values()];
}

/** The kind an object claims to be, or null when Portolan does not understand it. */
export function findKind(apiVersion: string, kind: string, generation: Generation): KindInfo | null {
  const { group, version } = parseApiVersion(apiVersion);
  const info = kinds[generation].get(`${kind}.${group}`);
  return info?.versions.includes(version) ? info : null;
}

/** What is wrong with an object whose kind `findKind` does not know: an error where it looks like a slip. */
export function unknownKind(object: KubernetesObject, generation: Generation): Problem {
  const fix = explainUnknown(object, generation);
  const where = object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace };
  return {
    code: 'unknown-kind',
    severity: fix.isSlip ? 'error' : 'warning',
    kind: object.kind,
    ...where,
    name: object.metadata.name,
    field: fix.field,
    message: `no kind "${object.kind}" in version "${object.apiVersion}"${fix.isSlip ? '' : ' is known; the object is ignored'}`,
    fix: fix.text,
  };
}

function explainUnknown(
  object: KubernetesObject,
  generation: Generation,
): { readonly isSlip: boolean; readonly field: string; readonly text: string } {
  const { apiVersion, kind } = object;
  const other = otherThan(generation);
  const known = listKinds(generation);
  if (findKind(apiVersion, kind, other)?.crd !== undefined) {
    const text = `${kind} is a kind of generation ${other}; this runs generation ${generation}, see --generation`;
    return { isSlip: true, field: 'kind', text };
  }
  const { group } = parseApiVersion(apiVersion);
  const namesake = known.find((info) => info.kind === kind);
  if (namesake !== undefined) {
    const isSlip = closestName(group, [namesake.group]) !== null || isOurs(group);
    return { isSlip, field: 'apiVersion', text: `write apiVersion: ${apiVersionOf(namesake)}` };
  }
  const near = closestName(
    kind,
    known.filter((info) => info.group === group).map((info) => info.kind),
  );
  if (near !== null) return { isSlip: true, field: 'kind', text: `did you mean ${near}?` };
  const offered = known.filter((info) => info.group === group).map((info) => info.kind);
  const text = isOurs(group) ? `kinds of this group: ${offered.join(', ')}` : 'remove it if it is not needed';
  return { isSlip: isOurs(group), field: 'kind', text };
}

function otherThan(generation: Generation): Generation {
  return generation === 'v2' ? 'v3' : 'v2';
}

/** The apiVersion to write for a kind. */
export function apiVersionOf(info: KindInfo): string {
  const version = info.versions[0] ?? '';
  return info.group === '' ? version : `${info.group}/${version}`;
}

function isOurs(group: string): boolean {
  return group === HUB_GROUP || TRAEFIK_GROUPS.has(group);
}

function fromCrd(crd: CustomResourceDefinition): KindInfo {
  const [version] = crd.spec.versions;
  return {
    group: crd.spec.group,
    versions: [version.name],
    kind: crd.spec.names.kind,
    plural: crd.spec.names.plural,
    scope: crd.spec.scope,
    printerColumns: version.additionalPrinterColumns ?? [],
    crd,
  };
}

function index(infos: readonly KindInfo[]): ReadonlyMap<string, KindInfo> {
  return new Map(infos.map((info) => [`${info.kind}.${info.group}`, info]));
}
