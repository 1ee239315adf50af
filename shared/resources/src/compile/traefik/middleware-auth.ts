import { createHash } from 'node:crypto';
import type { Middleware, MiddlewareSpec } from '../../model/middleware.ts';
import { readSecret, readSecretValues } from '../core/secret.ts';
import type { Reader } from '../reader.ts';
import type { Resolved } from '../unit.ts';
import { ipStrategyOf } from './ip-strategy.ts';
import type { MiddlewareSpecObject } from '../../kinds/middleware.ts';

/** Middlewares that decide who gets in. */
export function compileAuth(spec: MiddlewareSpecObject, reader: Reader): Resolved<Middleware> | null {
  const { basicAuth, forwardAuth } = spec;
  const list = spec.ipAllowList ?? spec.ipWhiteList;
  if (basicAuth !== undefined) return withSource(reader, readBasicAuth(basicAuth, reader));
  if (forwardAuth !== undefined) return withSource(reader, readForwardAuth(forwardAuth, reader));
  return list === undefined ? null : withSource(reader, readAllowList(list));
}

function withSource(reader: Reader, spec: Resolved<MiddlewareSpec>): Resolved<Middleware> {
  return spec.ok ? { ok: true, value: { source: reader.self, ...spec.value } } : spec;
}

function readBasicAuth(
  basic: NonNullable<MiddlewareSpecObject['basicAuth']>,
  reader: Reader,
): Resolved<MiddlewareSpec> {
  if (!basic.secret)
    return {
      ok: false,
      reason: 'basicAuth names no Secret',
      fix: 'set basicAuth.secret to a Secret with the key users',
    };
  const users = readUsers(basic.secret, reader);
  if (!users.ok) return users;
  return {
    ok: true,
    value: {
      kind: 'basicAuth',
      users: users.value,
      realm: basic.realm || 'traefik',
      removeHeader: basic.removeHeader ?? false,
      headerField: basic.headerField || null,
    },
  };
}

/** htpasswd lines of a Secret; one of type kubernetes.io/basic-auth holds a single name and password instead. */
function readUsers(name: string, reader: Reader): Resolved<readonly string[]> {
  const { namespace } = reader.self;
  const values = readSecretValues(reader, namespace, name);
  if (!values.ok) return values;
  const entries = new Map(values.value);
  const username = entries.get('username');
  const password = entries.get('password');
  if (username !== undefined && password !== undefined) {
    return { ok: true, value: [`${username}:{SHA}${createHash('sha1').update(password).digest('base64')}`] };
  }
  const [, lines] = values.value.find(([key]) => key === 'users') ?? values.value[0] ?? [];
  if (lines === undefined)
    return {
      ok: false,
      reason: `Secret "${name}" is empty`,
      fix: 'store htpasswd lines under the key users',
    };
  return {
    ok: true,
    value: lines
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#')),
  };
}

function readForwardAuth(
  auth: NonNullable<MiddlewareSpecObject['forwardAuth']>,
  reader: Reader,
): Resolved<MiddlewareSpec> {
  if (auth.forwardBody === true)
    return unsupported('forwardAuth.forwardBody', 'let the auth server decide without the body');
  if (auth.tls?.certSecret !== undefined)
    return unsupported(
      'forwardAuth.tls.certSecret',
      'let the auth server accept calls without client certificate',
    );
  let ca: string | null = null;
  if (auth.tls?.caSecret !== undefined) {
    const found = readSecret(reader, {
      namespace: reader.self.namespace,
      name: auth.tls.caSecret,
      keys: ['ca.crt', 'tls.ca', 'tls.crt'],
    });
    if (!found.ok) return found;
    ca = found.value;
  }
  return {
    ok: true,
    value: {
      kind: 'forwardAuth',
      ...(reader.isRemote ? { isRemote: true } : {}),
      address: auth.address,
      trustForwardHeader: auth.trustForwardHeader ?? false,
      authRequestHeaders: auth.authRequestHeaders ?? [],
      authResponseHeaders: auth.authResponseHeaders ?? [],
      authResponseHeadersRegex: auth.authResponseHeadersRegex || null,
      insecureSkipVerify: auth.tls?.insecureSkipVerify ?? false,
      ca,
      addAuthCookiesToResponse: auth.addAuthCookiesToResponse ?? [],
      preserveLocationHeader: auth.preserveLocationHeader ?? false,
      preserveRequestMethod: auth.preserveRequestMethod ?? false,
    },
  };
}

function readAllowList(list: NonNullable<MiddlewareSpecObject['ipAllowList']>): Resolved<MiddlewareSpec> {
  return {
    ok: true,
    value: {
      kind: 'ipAllowList',
      sourceRange: list.sourceRange ?? [],
      rejectStatusCode: list.rejectStatusCode || 403,
      ip: ipStrategyOf(list.ipStrategy),
    },
  };
}

function unsupported(field: string, fix: string): Resolved<never> {
  return { ok: false, reason: `${field} is not supported`, fix };
}
