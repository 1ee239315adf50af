import type { ApiCollection } from '../../../generated/v2/api-collection.ts';
import type { ApiGateway } from '../../../generated/v2/api-gateway.ts';
import type { ApiVersion } from '../../../generated/v2/api-version.ts';
import { defineKind } from '../../define-kind.ts';
import { apiKeys, domainsOf, managedKey, warnOfMissing } from '../managed-keys.ts';

export const apiGatewayKind = defineKind<ApiGateway>({
  type: 'APIGateway.hub.traefik.io',
  relate: (_, { spec }) => [{ relation: 'gateway-access', targets: accessKeys(spec) }],
  compile({ spec: { spec }, reader }) {
    warnOfMissing(reader, 'spec.apiAccesses', accessKeys(spec));
    if (accessKeys(spec).length === 0) {
      const message = 'lists no APIAccess, so it exposes no API';
      reader.warn('no-effect', 'spec.apiAccesses', {
        message,
        fix: 'list the APIAccess objects whose APIs it should serve',
      });
    }
    if (domainsOf(reader, reader.self.key).length === 0) {
      const message = 'has no domain yet, so its APIs are not served';
      reader.warn('no-domain', 'metadata.name', { message, fix: 'wait until the platform assigns one' });
    }
    return {};
  },
});

function accessKeys(spec: ApiGateway['spec']): string[] {
  return (spec?.apiAccesses ?? []).map((name) => managedKey('APIAccess', name));
}

/** A version has no route of its own: its API composes them, and reads the version while it does. */
export const apiVersionKind = defineKind<ApiVersion>({
  type: 'APIVersion.hub.traefik.io',
  relate: ({ metadata }, { spec }) => [
    { relation: 'version-api', targets: [managedKey('API', spec.apiName, metadata.namespace)] },
  ],
  compile({ spec: { spec }, reader }) {
    const { namespace } = reader.self;
    if (reader.get(managedKey('API', spec.apiName, namespace)) === null) {
      reader.warn('missing-reference', 'spec.apiName', {
        message: `API "${spec.apiName}" does not exist in namespace "${namespace}"; the version is not served`,
        fix: `create API "${spec.apiName}", or reference another one`,
      });
    }
    return {};
  },
});

export const apiCollectionKind = defineKind<ApiCollection>({
  type: 'APICollection.hub.traefik.io',
  relate: (_, { spec }) => [
    { relation: 'collection-api', selection: { selector: spec?.apiSelector, keys: apiKeys(spec?.apis) } },
  ],
  selectedBy: ['access-collection'],
  compile({ spec: { spec }, reader }) {
    warnOfMissing(reader, 'spec.apis', apiKeys(spec?.apis));
    return {};
  },
});
