import type { ApiCatalogItem } from '../../../generated/v3/api-catalog-item.ts';
import type { ContentItem } from '../../../generated/v3/content-item.ts';
import type { CatalogueContent, CatalogueItem } from '../../../model/catalogue.ts';
import type { KubernetesObject } from '../../../kinds/object.ts';
import { defineKind } from '../../define-kind.ts';
import type { Reader } from '../../reader.ts';
import { keysIn, managedKey, warnOfMissing } from '../managed-keys.ts';

/** On an APICatalogItem: whether subscriptions on its plan wait for an administrator (`manual`, as without it) or not (`automatic`). */
const SUBSCRIPTIONS_ANNOTATION = 'portolan.dev/subscriptions';

/** What a portal offers to whom. It gives no access. */
export const apiCatalogItemKind = defineKind<ApiCatalogItem>({
  type: 'APICatalogItem.hub.traefik.io',
  relate: ({ metadata: { namespace = '' } }, { spec }) => [
    {
      relation: 'item-api',
      selection: { selector: spec?.apiSelector, keys: keysIn('API', namespace, spec?.apis), namespace },
    },
  ],
  compile({ object, spec: { spec }, reader }) {
    const { namespace } = reader.self;
    warnOfMissing(reader, 'spec.apis', keysIn('API', namespace, spec.apis));
    const bundles = keysIn('APIBundle', namespace, spec.apiBundles);
    warnOfMissing(reader, 'spec.apiBundles', bundles);
    if (spec.apiPlan !== undefined) warnOfName(reader, 'spec.apiPlan.name', 'APIPlan', spec.apiPlan.name);
    const apis = reader.targets('item-api');
    if (apis.length + bundles.length === 0)
      reader.warn('no-effect', 'spec.apis', {
        message: 'names no API and no bundle, so portals show nothing by it',
        fix: 'list APIs of its namespace in spec.apis, bundles in spec.apiBundles, or select APIs by label',
      });
    const catalogue: CatalogueItem = {
      kind: 'item',
      source: reader.self,
      groups: spec.everyone === true ? 'any' : (spec.groups ?? []),
      apis,
      bundles,
      operations: spec.operationFilter === undefined ? null : (spec.operationFilter.include ?? []),
      plan: spec.apiPlan === undefined ? null : managedKey('APIPlan', spec.apiPlan.name, namespace),
      approval: approvalModeOf(object, reader),
    };
    return { catalogue };
  },
});

function approvalModeOf({ metadata }: KubernetesObject, reader: Reader): CatalogueItem['approval'] {
  const word = metadata.annotations?.[SUBSCRIPTIONS_ANNOTATION] ?? 'manual';
  if (word === 'manual' || word === 'automatic') return word;
  reader.warn('invalid-annotation', `metadata.annotations[${SUBSCRIPTIONS_ANNOTATION}]`, {
    message: `"${word}" is neither manual nor automatic; subscriptions wait for an administrator`,
    fix: 'write manual or automatic',
  });
  return 'manual';
}

/** A page or link of a portal, an API or a bundle. */
export const contentItemKind = defineKind<ContentItem>({
  type: 'ContentItem.hub.traefik.io',
  compile({ spec: { spec }, reader }) {
    const { kind, name } = spec.parentRef;
    warnOfName(reader, 'spec.parentRef.name', kind, name);
    const catalogue: CatalogueContent = {
      kind: 'content',
      source: reader.self,
      parent: managedKey(kind, name, reader.self.namespace),
      title: spec.title,
      order: spec.order,
      body:
        spec.link === undefined
          ? { kind: 'markdown', text: spec.content ?? '' }
          : { kind: 'link', href: spec.link.href },
    };
    return { catalogue };
  },
});

/** Warns of an object that is referred to and does not exist. */
export function warnOfName(reader: Reader, field: string, kind: string, name: string): void {
  const { namespace } = reader.self;
  if (reader.get(managedKey(kind, name, namespace)) !== null) return;
  reader.warn('missing-reference', field, {
    message: `${kind} "${name}" does not exist in namespace "${namespace}"`,
    fix: `create ${kind} "${name}", or reference another one`,
  });
}
