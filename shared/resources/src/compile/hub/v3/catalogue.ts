import type { ApiCatalogItem } from '../../../generated/v3/api-catalog-item.ts';
import type { ApiPortal } from '../../../generated/v3/api-portal.ts';
import type { ApiPortalAuth } from '../../../generated/v3/api-portal-auth.ts';
import type { ContentItem } from '../../../generated/v3/content-item.ts';
import type { Portal } from '../../../model/portal.ts';
import { readSecret } from '../../core/secret.ts';
import { defineKind } from '../../define-kind.ts';
import type { Reader } from '../../reader.ts';
import { portalRoutes } from '../portal-routes.ts';
import { portalTheme } from '../portal-theme.ts';
import { keysIn, managedKey, warnOfMissing } from '../references.ts';

/** What a portal offers to whom. It gives no access: the gateway only checks what it refers to. */
export const apiCatalogItemKind = defineKind<ApiCatalogItem>({
  type: 'APICatalogItem.hub.traefik.io',
  compile({ spec: { spec }, reader }) {
    const { namespace } = reader.self;
    warnOfMissing(reader, 'spec.apis', keysIn('API', namespace, spec?.apis));
    warnOfMissing(reader, 'spec.apiBundles', keysIn('APIBundle', namespace, spec?.apiBundles));
    if (spec?.apiPlan !== undefined) warnOfName(reader, 'spec.apiPlan.name', 'APIPlan', spec.apiPlan.name);
    return {};
  },
});

export const apiPortalKind = defineKind<ApiPortal>({
  type: 'APIPortal.hub.traefik.io',
  compile({ object, spec: { spec }, reader }) {
    if (spec.auth !== undefined) warnOfName(reader, 'spec.auth.name', 'APIPortalAuth', spec.auth.name);
    const portal: Portal = {
      source: reader.self,
      title: spec.title ?? '',
      description: spec.description ?? '',
      shows: { kind: 'namespace', namespace: reader.self.namespace },
      theme: portalTheme(reader, object.metadata.annotations ?? {}),
      logoUrl: spec.ui?.logoUrl ?? null,
      isRemote: reader.isRemote,
    };
    return { value: { ok: true, value: portal }, routes: portalRoutes(reader, portal, null) };
  },
});

export const apiPortalAuthKind = defineKind<ApiPortalAuth>({
  type: 'APIPortalAuth.hub.traefik.io',
  compile({ spec: { spec }, reader }) {
    const { namespace } = reader.self;
    const secret =
      spec.oidc === undefined
        ? null
        : readSecret(reader, { namespace, name: spec.oidc.secretName, keys: ['clientSecret'] });
    if (secret?.ok === false)
      reader.error('missing-reference', 'spec.oidc.secretName', {
        message: `${secret.reason}; no one can sign in to the portals that use it`,
        fix: secret.fix,
      });
    return {};
  },
});

export const contentItemKind = defineKind<ContentItem>({
  type: 'ContentItem.hub.traefik.io',
  compile({ spec: { spec }, reader }) {
    warnOfName(reader, 'spec.parentRef.name', spec.parentRef.kind, spec.parentRef.name);
    return {};
  },
});

function warnOfName(reader: Reader, field: string, kind: string, name: string): void {
  const { namespace } = reader.self;
  if (reader.get(managedKey(kind, name, namespace)) !== null) return;
  reader.warn('missing-reference', field, {
    message: `${kind} "${name}" does not exist in namespace "${namespace}"`,
    fix: `create ${kind} "${name}", or reference another one`,
  });
}
