import type { Middleware, MiddlewareSpec } from '../../model/middleware.ts';
import type { Reader } from '../reader.ts';
import type { Resolved } from '../unit.ts';
import type { MiddlewareSpecObject } from '../../kinds/middleware.ts';

/** Middlewares that change the path or send the caller elsewhere. */
export function compilePaths(spec: MiddlewareSpecObject, reader: Reader): Resolved<Middleware> | null {
  const middleware = readPaths(spec);
  return middleware === null ? null : { ok: true, value: { source: reader.self, ...middleware } };
}

function readPaths(spec: MiddlewareSpecObject): MiddlewareSpec | null {
  const {
    addPrefix,
    stripPrefix,
    stripPrefixRegex,
    replacePath,
    replacePathRegex,
    redirectScheme,
    redirectRegex,
    contentType,
  } = spec;
  if (addPrefix !== undefined) return { kind: 'addPrefix', prefix: addPrefix.prefix };
  if (stripPrefix !== undefined) {
    return {
      kind: 'stripPrefix',
      prefixes: stripPrefix.prefixes,
      forceSlash: stripPrefix.forceSlash ?? true,
    };
  }
  if (stripPrefixRegex !== undefined) return { kind: 'stripPrefixRegex', regexes: stripPrefixRegex.regex };
  if (replacePath !== undefined) return { kind: 'replacePath', path: replacePath.path };
  if (replacePathRegex !== undefined) {
    const { regex, replacement } = replacePathRegex;
    return { kind: 'replacePathRegex', regex, replacement };
  }
  if (redirectScheme !== undefined) {
    const { scheme, port, permanent = false } = redirectScheme;
    return {
      kind: 'redirectScheme',
      scheme,
      port: port === undefined || port === '' ? null : String(port),
      permanent,
    };
  }
  if (redirectRegex !== undefined) {
    const { regex, replacement, permanent = false } = redirectRegex;
    return { kind: 'redirectRegex', regex, replacement, permanent };
  }
  return contentType === undefined ? null : { kind: 'contentType' };
}
