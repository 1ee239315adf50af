import type { ApiBundle } from '../../../generated/v3/api-bundle.ts';
import type { CatalogueBundle } from '../../../model/catalogue.ts';
import { defineKind } from '../../define-kind.ts';
import { keysIn, warnOfMissing } from '../managed-keys.ts';

export const apiBundleKind = defineKind<ApiBundle>({
  type: 'APIBundle.hub.traefik.io',
  relate: ({ metadata: { namespace = '' } }, { spec }) => [
    {
      relation: 'bundle-api',
      selection: { selector: spec?.apiSelector, keys: keysIn('API', namespace, spec?.apis), namespace },
    },
  ],
  compile({ spec: { spec }, reader }) {
    warnOfMissing(reader, 'spec.apis', keysIn('API', reader.self.namespace, spec?.apis));
    if (reader.targets('bundle-api').length === 0) {
      reader.warn('no-effect', 'spec', {
        message: 'contains no API',
        fix: 'list APIs of its namespace in spec.apis, or select them by label',
      });
    }
    const catalogue: CatalogueBundle = {
      kind: 'bundle',
      source: reader.self,
      title: spec?.title ?? '',
      apis: reader.targets('bundle-api'),
    };
    return { catalogue };
  },
});
