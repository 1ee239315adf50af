import type { ApiAccess } from '../../../generated/v2/api-access.ts';
import type { Grant } from '../../../model/model.ts';
import { type ValidObject, refOf } from '../../reader.ts';
import { defineKind } from '../../define-kind.ts';
import { apiKeys, managedKey, warnOfMissing } from '../managed-keys.ts';

export const apiAccessKind = defineKind<ApiAccess>({
  type: 'APIAccess.hub.traefik.io',
  relate: (_, { spec }) => [
    { relation: 'access-api', selection: { selector: spec?.apiSelector, keys: apiKeys(spec?.apis) } },
    {
      relation: 'access-collection',
      selection: { selector: spec?.apiCollectionSelector, keys: collectionKeys(spec?.apiCollections) },
    },
  ],
  compile({ spec: { spec }, reader }) {
    warnOfMissing(reader, 'spec.apis', apiKeys(spec?.apis));
    warnOfMissing(reader, 'spec.apiCollections', collectionKeys(spec?.apiCollections));
    if (reader.sources('gateway-access', reader.self.key).length === 0) {
      const message = 'no APIGateway lists this APIAccess, so it has no effect';
      reader.warn('no-effect', 'metadata.name', {
        message,
        fix: `add "${reader.self.name}" to spec.apiAccesses of an APIGateway`,
      });
    }
    if (spec?.anyGroups !== true && (spec?.groups ?? []).length === 0) {
      const message = 'names no group, so no one gets access';
      reader.warn('no-effect', 'spec.groups', {
        message,
        fix: 'list groups, or set anyGroups: true for every signed-in user',
      });
    }
    return {};
  },
});

/** The right an access gives. */
export function grantOf({ object, spec: { spec } }: ValidObject<ApiAccess>): Grant {
  return {
    access: refOf(object),
    groups: spec?.anyGroups === true ? 'any' : (spec?.groups ?? []),
    operations: spec?.operationFilter === undefined ? null : (spec.operationFilter.include ?? []),
  };
}

function collectionKeys(collections: readonly { readonly name: string }[] | undefined): string[] {
  return (collections ?? []).map((collection) => managedKey('APICollection', collection.name));
}
