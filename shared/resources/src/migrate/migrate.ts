import { Compiler } from '../compile/compiler.ts';
import type { Domains } from '../compile/reader.ts';
import { type KubernetesObject, objectKey } from '../kinds/object.ts';
import { migrateApis } from './apis.ts';
import { customDomainsOf, type MigrationContext } from './context.ts';
import { migrateEdgeIngress, migratePortal } from './edge.ts';

/** Something that v3 cannot say as v2 did, or that changes. */
export interface MigrationNote {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly message: string;
}

export interface Migration {
  readonly objects: readonly KubernetesObject[];
  readonly notes: readonly MigrationNote[];
}

const REPLACED: ReadonlySet<string> = new Set([
  'API',
  'APIVersion',
  'APIAccess',
  'APICollection',
  'APIGateway',
  'APIRateLimit',
  'APIPortal',
  'EdgeIngress',
]);

/**
 * Returns manifests of generation v3 that serve what manifests of generation v2 serve, and what cannot be kept. Written from
 * what the compiler makes of them, so that requests get the same responses.
 */
export function migrateToV3(objects: readonly KubernetesObject[]): Migration {
  const notes: MigrationNote[] = [];
  const byKey = new Map(objects.map((object) => [objectKey(object), object]));
  const { model, problems } = new Compiler({ generation: 'v2' }).update({
    upserts: objects.map((object) => ({ object, origin: { kind: 'cluster' } })),
    context: { domains: domainsOf(objects), apiAuth: { kind: 'apiKey', source: {} } },
  });
  const context: MigrationContext = {
    byKey,
    model,
    note({ kind, metadata: { name, namespace = '' } }, message) {
      notes.push({ kind, namespace, name, message });
    },
  };
  for (const { severity, kind = '', namespace = '', name = '', field, message } of problems)
    if (severity === 'error') notes.push({ kind, namespace, name, message: `${field ?? ''}: ${message}` });
  const isReplaced = ({ apiVersion, kind }: KubernetesObject): boolean =>
    apiVersion.startsWith('hub.traefik.io/') && REPLACED.has(kind);
  const replaced = objects.filter(isReplaced);
  return {
    objects: [
      ...objects.filter((object) => !isReplaced(object)),
      ...migrateApis(context),
      ...replaced.flatMap((object) => {
        if (object.kind === 'EdgeIngress') return migrateEdgeIngress(object, context);
        return object.kind === 'APIPortal' ? migratePortal(object, context) : [];
      }),
    ],
    notes,
  };
}

/** Custom domains, else a name that nobody can call (RFC 6761 §6.4): the host at the edge is generated anew. */
function domainsOf(objects: readonly KubernetesObject[]): ReadonlyMap<string, Domains> {
  return new Map(
    objects
      .filter(({ kind }) => ['APIGateway', 'EdgeIngress', 'APIPortal'].includes(kind))
      .map((object) => {
        const custom = customDomainsOf(object);
        const generated = custom.length === 0 ? `${object.metadata.name}.edge.invalid` : null;
        return [objectKey(object), { generated, custom }];
      }),
  );
}
