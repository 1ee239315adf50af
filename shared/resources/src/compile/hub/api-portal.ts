import type { ApiPortal } from '../../generated/v2/api-portal.ts';
import { defineKind } from '../define-kind.ts';
import { managedKey } from './keys.ts';

/** Portals are served by the platform; the gateway only checks what they refer to. */
export const apiPortalKind = defineKind<ApiPortal>({
  type: 'APIPortal.hub.traefik.io',
  compile({ spec: { spec }, reader }) {
    if (reader.get(managedKey('APIGateway', spec.apiGateway)) === null) {
      reader.warn('missing-reference', 'spec.apiGateway', {
        message: `APIGateway "${spec.apiGateway}" does not exist; the portal is not served`,
        fix: `create APIGateway "${spec.apiGateway}", or name another`,
      });
    }
    return {};
  },
});
