import type { ApiVersion } from '../../generated/v2/api-version.ts';
import { defineKind } from '../define-kind.ts';
import { managedKey } from './keys.ts';

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
        fix: `create API "${spec.apiName}", or name another`,
      });
    }
    return {};
  },
});
