import type { Api } from '../../generated/v2/api.ts';
import type { Cors, HeaderChange, HeaderRules } from '../../model/model.ts';

/** CORS settings of an API or a version. */
export function corsOf(cors: Api['spec']['cors']): Cors | null {
  if (cors === undefined) return null;
  return {
    allowCredentials: cors.allowCredentials ?? false,
    allowHeaders: cors.allowHeaders ?? [],
    allowMethods: cors.allowMethods ?? [],
    allowOrigins: cors.allowOriginList ?? [],
    allowOriginRegexes: cors.allowOriginListRegex ?? [],
    exposeHeaders: cors.exposeHeaders ?? [],
    maxAgeSeconds: cors.maxAge ?? null,
    addVaryHeader: true,
  };
}

/** Header changes of an API or a version. */
export function headersOf(headers: Api['spec']['headers']): HeaderRules | null {
  return headers === undefined
    ? null
    : { request: changeOf(headers.request), response: changeOf(headers.response) };
}

function changeOf(change: NonNullable<Api['spec']['headers']>['request']): HeaderChange {
  return { set: change?.set ?? {}, delete: change?.delete ?? [] };
}
