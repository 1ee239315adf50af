import type { ApiGateway } from '../../generated/v2/api-gateway.ts';
import { defineKind } from '../define-kind.ts';
import { domainsOf } from './domains.ts';
import { managedKey } from './keys.ts';
import { warnOfMissing } from './references.ts';

export const apiGatewayKind = defineKind<ApiGateway>({
  type: 'APIGateway.hub.traefik.io',
  relate: (_, { spec }) => [{ relation: 'gateway-access', targets: accessKeys(spec) }],
  compile({ spec: { spec }, reader }) {
    warnOfMissing(reader, 'spec.apiAccesses', accessKeys(spec));
    if (accessKeys(spec).length === 0) {
      const message = 'lists no APIAccess, so it opens no API';
      reader.warn('no-effect', 'spec.apiAccesses', {
        message,
        fix: 'list the APIAccess objects whose APIs it shall serve',
      });
    }
    if (domainsOf(reader, reader.self.key).length === 0) {
      const message = 'has no domain yet, so its APIs are not served';
      reader.warn('no-domain', 'metadata.name', { message, fix: 'wait until the platform has assigned one' });
    }
    return {};
  },
});

function accessKeys(spec: ApiGateway['spec']): string[] {
  return (spec?.apiAccesses ?? []).map((name) => managedKey('APIAccess', name));
}
