import type { ApiPortal } from '../../../generated/v2/api-portal.ts';
import type { Target } from '../../../model/model.ts';
import type { Portal } from '../../../model/portal.ts';
import { defineKind } from '../../define-kind.ts';
import type { Reader } from '../../reader.ts';
import { asTarget, serviceTarget } from '../../service-target.ts';
import { portalRoutes } from '../portal-routes.ts';
import { portalTheme } from '../portal-theme.ts';
import { managedKey } from '../managed-keys.ts';

export const apiPortalKind = defineKind<ApiPortal>({
  type: 'APIPortal.hub.traefik.io',
  compile({ object, spec: { spec }, reader }) {
    const gateway = managedKey('APIGateway', spec.apiGateway);
    if (reader.get(gateway) === null) {
      reader.warn('missing-reference', 'spec.apiGateway', {
        message: `APIGateway "${spec.apiGateway}" does not exist; the portal shows no API`,
        fix: `create APIGateway "${spec.apiGateway}", or reference another one`,
      });
    }
    const portal: Portal = {
      source: reader.self,
      title: spec.title ?? '',
      description: spec.description ?? '',
      shows: { kind: 'gateway', key: gateway },
      auth: { kind: 'platform' },
      theme: portalTheme(reader, object.metadata.annotations ?? {}),
      logoUrl: spec.ui?.logoUrl ?? null,
      isRemote: reader.isRemote,
    };
    const pages = spec.ui?.service === undefined ? null : pagesTarget(reader, spec.ui.service);
    return { value: { ok: true, value: portal }, routes: portalRoutes(reader, portal, pages) };
  },
});

function pagesTarget(
  reader: Reader,
  { name, namespace = 'default', port }: NonNullable<NonNullable<ApiPortal['spec']['ui']>['service']>,
): Target {
  const field = 'spec.ui.service';
  return asTarget(serviceTarget(reader, { name, namespace, port: port.name ?? port.number ?? 0, field }));
}
