import type { ApiVersion } from '../../../generated/v3/api-version.ts';
import type { Cors } from '../../../model/headers.ts';
import type { ApiGuard } from '../../../model/model.ts';
import { defineKind } from '../../define-kind.ts';
import { operationSetsOf } from '../operation-sets.ts';
import { corsOf } from './api.ts';

/** What a version has of its own; access to it is that of the APIs that list it. */
export interface VersionTerms {
  readonly release: string;
  /** Null: those of the API. */
  readonly operationSets: ApiGuard['operationSets'] | null;
  readonly cors: Cors | null;
}

export const apiVersionKind = defineKind<ApiVersion>({
  type: 'APIVersion.hub.traefik.io',
  compile({ spec: { spec }, reader }) {
    if (reader.sources('api-version', reader.self.key).length === 0) {
      reader.warn('no-access', 'metadata.name', {
        message: 'no API lists this version, so every request to it is refused',
        fix: 'add it to spec.versions of its API',
      });
    }
    const value: VersionTerms = {
      release: spec.release,
      operationSets:
        spec.openApiSpec?.operationSets === undefined
          ? null
          : operationSetsOf(spec.openApiSpec.operationSets, 'spec.openApiSpec', reader),
      cors: corsOf(spec.cors),
    };
    return { value: { ok: true, value } };
  },
});
