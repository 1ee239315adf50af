import { Compiler } from '../compile/compiler.ts';
import { isRecord, type KubernetesObject } from '../kinds/object.ts';
import type { Generation } from '../kinds/registry.ts';
import type { Problem } from '../problem.ts';
import { validateObject } from '../validate/validate.ts';
import { importApisix } from './apisix/import-apisix.ts';
import type { ImportedGateway } from './imported.ts';
import { importKong } from './kong/import-kong.ts';
import { Losses, type Loss } from './losses.ts';
import { ManifestWriter, type NeededSecret } from './manifest-writer.ts';
import { SourceMap } from './source-map.ts';
import { importTraefikFile, passTraefikObjects } from './traefik/import-traefik.ts';
import { importTyk } from './tyk/import-tyk.ts';
import { writeManifests } from './write-manifests.ts';

export const IMPORTED_PRODUCTS = ['kong', 'tyk', 'apisix', 'traefik'] as const;
export type ImportedProduct = (typeof IMPORTED_PRODUCTS)[number];

/** One document of the source. */
export interface ImportDocument {
  readonly file: string;
  readonly value: unknown;
}

export interface ImportOptions {
  readonly product: ImportedProduct;
  readonly generation: Generation;
  readonly namespace: string;
}

export interface ImportResult {
  readonly objects: readonly KubernetesObject[];
  /** Secrets that the objects refer to, and that the objects do not include. */
  readonly secrets: readonly NeededSecret[];
  readonly losses: readonly Loss[];
  /** What a gateway would say of the objects with their Secrets; empty unless an importer has a fault. */
  readonly problems: readonly Problem[];
}

const READERS: Readonly<
  Record<ImportedProduct, (maps: readonly SourceMap[], losses: Losses) => ImportedGateway>
> = {
  kong: importKong,
  tyk: importTyk,
  apisix: importApisix,
  traefik: importTraefikFile,
};

const UNREAD = 'is not imported: it has no equivalent here, or none that is known';

/** Returns manifests that serve what the configuration of another gateway serves, and what they do not say as it did. */
export function importConfiguration(
  documents: readonly ImportDocument[],
  options: ImportOptions,
): ImportResult {
  const { product, generation, namespace } = options;
  const losses = new Losses();
  const writer = new ManifestWriter({ generation, namespace, losses });
  const maps = documents.flatMap(({ file, value }) =>
    mapsOf(value, documents.length === 1 ? '' : file, losses),
  );
  const passed = product === 'traefik' ? passTraefikObjects(maps, { namespace, losses }) : [];
  const sources = maps.filter((map) => product !== 'traefik' || !map.has('apiVersion'));
  writeManifests(READERS[product](sources, losses), writer);
  for (const map of sources) map.reportUnread(UNREAD);
  const objects = validOnly([...passed, ...writer.objects], generation, losses);
  const problems = new Compiler({ generation }).update({
    upserts: [...objects, ...writer.secrets.map(secretObject)].map((object) => ({
      object,
      origin: { kind: 'cluster' },
    })),
  }).problems;
  return { objects, secrets: writer.secrets, losses: losses.list(), problems };
}

/** Returns the object of a Secret with the values that are known. */
export function secretObject({ name, namespace, data }: NeededSecret): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    type: 'Opaque',
    stringData: Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null)),
  };
}

/** A list of documents counts as each of them, as answers of management APIs hold them. */
function mapsOf(value: unknown, path: string, losses: Losses): readonly SourceMap[] {
  if (Array.isArray(value))
    return value.flatMap((item: unknown, index) => mapsOf(item, `${path}[${index}]`, losses));
  if (isRecord(value)) return [new SourceMap(value, path, losses)];
  if (value !== null && value !== undefined) losses.add('ignored', path, 'is not a map');
  return [];
}

function validOnly(
  objects: readonly KubernetesObject[],
  generation: Generation,
  losses: Losses,
): readonly KubernetesObject[] {
  return objects.filter((object) => {
    const [error] = validateObject(object, { generation }).errors;
    if (error === undefined) return true;
    const { kind, metadata } = object;
    losses.add('withheld', `${kind}/${metadata.name}`, `${error.field}: ${error.message}`);
    return false;
  });
}
