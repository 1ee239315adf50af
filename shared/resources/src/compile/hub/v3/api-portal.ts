import type { ApiPortal } from '../../../generated/v3/api-portal.ts';
import type { Portal, PortalAuth } from '../../../model/portal.ts';
import { defineKind } from '../../define-kind.ts';
import type { Reader } from '../../reader.ts';
import { portalRoutes } from '../portal-routes.ts';
import { portalTheme } from '../portal-theme.ts';
import { managedKey } from '../managed-keys.ts';

export const apiPortalKind = defineKind<ApiPortal>({
  type: 'APIPortal.hub.traefik.io',
  compile({ object, spec: { spec }, reader }) {
    const portal: Portal = {
      source: reader.self,
      title: spec.title ?? '',
      description: spec.description ?? '',
      shows: { kind: 'namespace', namespace: reader.self.namespace },
      auth: spec.auth === undefined ? { kind: 'platform' } : authOf(reader, spec.auth.name),
      theme: portalTheme(reader, object.metadata.annotations ?? {}),
      logoUrl: spec.ui?.logoUrl ?? null,
      isRemote: reader.isRemote,
    };
    return { value: { ok: true, value: portal }, routes: portalRoutes(reader, portal, null) };
  },
});

/** Without the sign-in that a portal names nobody is let in: another one would let in others. */
function authOf(reader: Reader, name: string): PortalAuth {
  const { namespace } = reader.self;
  const auth = reader.result<PortalAuth>(managedKey('APIPortalAuth', name, namespace));
  if (auth?.ok === true) return auth.value;
  const reason =
    auth === null ? `APIPortalAuth "${name}" does not exist in namespace "${namespace}"` : auth.reason;
  reader.error('auth-not-loaded', 'spec.auth.name', {
    message: `${reason}; no one can sign in to the portal`,
    fix: auth === null ? `create APIPortalAuth "${name}", or reference another one` : auth.fix,
  });
  return { kind: 'unusable', reason };
}
