import type { ApiCollection } from '../../generated/v2/api-collection.ts';
import { defineKind } from '../define-kind.ts';
import { apiKeys } from './keys.ts';
import { warnOfMissing } from './references.ts';

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
