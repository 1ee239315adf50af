import type { ApiPortal } from '../../generated/v2/api-portal.ts';
import { defineKind } from '../unit.ts';
import { managedKey } from './keys.ts';
import { parseValid } from '../parse-valid.ts';

/** Portals are served by the platform; the gateway only checks what they refer to. */
export const apiPortalKind = defineKind<ApiPortal>({
  type: 'APIPortal.hub.traefik.io',
  parse: (object) => parseValid<ApiPortal>(object),
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
