import {
  type MiddlewareSpecObject,
  middlewareShape,
  type Middleware as MiddlewareObject,
} from '../../kinds/middleware.ts';
import type { Middleware } from '../../model/middleware.ts';
import type { ValidObject, Reader } from '../reader.ts';
import { defineKind } from '../define-kind.ts';
import type { Resolved } from '../unit.ts';
import { findByProviderName, findTraefik, isCircular } from './references.ts';
import { warnWithoutEffect } from './unsupported.ts';
import { judgeMiddleware } from './middleware-faults.ts';
import { compileAuth } from './middleware-auth.ts';
import { compileHeaders } from './middleware-headers.ts';
import { compilePaths } from './middleware-paths.ts';
import { compileTraffic } from './middleware-traffic.ts';
import { middlewaresByReference } from './attach.ts';
import { compilePlugin, pluginFaults } from './plugins/plugins.ts';

/** One part of the catalogue: null when the spec is of another part. */
type PartCompiler = (spec: MiddlewareSpecObject, reader: Reader) => Resolved<Middleware> | null;

const PARTS: readonly PartCompiler[] = [compilePaths, compileHeaders, compileAuth, compileTraffic];

/** Never silently left out: each would change who gets in or what the upstream sees. */
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  [
    'digestAuth',
    'digest authentication is not supported (it rests on MD5); use basicAuth over TLS, or an AccessControlPolicy',
  ],
  ['passTLSClientCert', 'client certificates are not passed on; check them with clientAuth of a TLSOption'],
  ['grpcWeb', 'gRPC-Web is not translated; call the service with plain gRPC or HTTP'],
]);

export const middlewareKind = defineKind<MiddlewareObject>({
  type: 'Middleware.traefik.io',
  judge: ({ spec }) => [
    ...judgeMiddleware(spec),
    ...(spec.plugin === undefined ? [] : pluginFaults(spec.plugin)),
  ],
  compile({ spec: { spec }, reader }) {
    const value = compileMiddleware(spec, reader);
    if (!value.ok) {
      reader.error('middleware-not-usable', 'spec', {
        message: `${value.reason}; routes that use it return 404`,
        fix: value.fix,
      });
    } else warnWithoutEffect(reader, middlewareShape.shape.spec, spec);
    return { value };
  },
});

function compileMiddleware(spec: MiddlewareSpecObject, reader: Reader): Resolved<readonly Middleware[]> {
  const unsupported = Object.keys(spec).find((kind) => UNSUPPORTED.has(kind));
  if (unsupported !== undefined) {
    const [reason = '', fix = ''] = (UNSUPPORTED.get(unsupported) ?? '').split('; ');
    return { ok: false, reason: `${unsupported}: ${reason}`, fix };
  }
  if (spec.chain !== undefined) return compileChain(spec.chain.middlewares, reader);
  if (spec.plugin !== undefined) {
    const made = compilePlugin(spec.plugin, reader);
    return made.ok ? { ok: true, value: [{ source: reader.self, ...made.value }] } : made;
  }
  for (const compile of PARTS) {
    const middleware = compile(spec, reader);
    if (middleware !== null) return middleware.ok ? { ok: true, value: [middleware.value] } : middleware;
  }
  const [kind = 'none'] = Object.keys(spec);
  return {
    ok: false,
    reason: `"${kind}" is not a known middleware`,
    fix: 'check the spelling against the list in the documentation',
  };
}

function compileChain(
  references: NonNullable<MiddlewareSpecObject['chain']>['middlewares'],
  reader: Reader,
): Resolved<readonly Middleware[]> {
  if (isCircular<MiddlewareObject>(reader, (object) => chained(reader, object))) {
    return {
      ok: false,
      reason: `the chain refers back to Middleware "${reader.self.name}"`,
      fix: 'break the circle',
    };
  }
  return middlewaresByReference(reader, references, 'spec.chain.middlewares');
}

function chained(
  reader: Reader,
  { object, spec }: ValidObject<MiddlewareObject>,
): (ValidObject<MiddlewareObject> | null)[] {
  return (spec.spec.chain?.middlewares ?? []).map(({ name, namespace }) =>
    name.endsWith('@kubernetescrd')
      ? findByProviderName<MiddlewareObject>(reader, 'Middleware', name)
      : findTraefik<MiddlewareObject>(
          reader,
          'Middleware',
          namespace ?? object.metadata.namespace ?? '',
          name,
        ),
  );
}
