import type { z } from 'zod';
import * as errors from '../validate/field-error.ts';
import type { RatedError } from '../validate/field-error.ts';
import {
  endpointSliceShape,
  endpointsShape,
  ingressClassShape,
  ingressShape,
  secretShape,
  serviceShape,
} from './core-shapes.ts';
import { gatewayClassShape, gatewayShape, httpRouteShape, referenceGrantShape } from './gateway-shapes.ts';
import {
  ingressRouteShape,
  serversTransportShape,
  tlsOptionShape,
  tlsStoreShape,
  traefikServiceShape,
} from './traefik-shapes.ts';
import { middlewareShape } from './middleware.ts';
import type { KubernetesObject } from './object.ts';

const shapes: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['Ingress', ingressShape],
  ['IngressClass', ingressClassShape],
  ['IngressRoute', ingressRouteShape],
  ['Middleware', middlewareShape],
  ['TraefikService', traefikServiceShape],
  ['TLSOption', tlsOptionShape],
  ['TLSStore', tlsStoreShape],
  ['ServersTransport', serversTransportShape],
  ['Service', serviceShape],
  ['EndpointSlice', endpointSliceShape],
  ['Endpoints', endpointsShape],
  ['Secret', secretShape],
  ['GatewayClass', gatewayClassShape],
  ['Gateway', gatewayShape],
  ['HTTPRoute', httpRouteShape],
  ['ReferenceGrant', referenceGrantShape],
]);

/** What is wrong with the shape of an object of a kind we do not define; metadata is checked elsewhere. */
export function checkShape(object: KubernetesObject): readonly RatedError[] {
  const shape = shapes.get(object.kind);
  const result = shape?.safeParse(object);
  if (result === undefined || result.success) return [];
  return result.error.issues
    .filter((issue) => issue.path[0] !== 'metadata')
    .map((issue) =>
      object.kind === 'Secret' ? withoutValue(toFieldError(issue, object)) : toFieldError(issue, object),
    );
}

/** Messages of the API server quote the value, which in a Secret is one: it would end up in logs and screens. */
function withoutValue(error: RatedError): RatedError {
  return {
    ...error,
    message: error.message.replace(/^(Invalid|Unsupported) value: (?:".*"|[^:]*): /s, '$1 value: '),
  };
}

function toFieldError(issue: z.core.$ZodIssue, object: KubernetesObject): RatedError {
  const value = issue.path.reduce<unknown>(
    (parent, key) => (typeof parent === 'object' && parent !== null ? Reflect.get(parent, key) : undefined),
    object,
  );
  const field = formatPath(issue.path);
  if (value === undefined) return errors.required(field);
  switch (issue.code) {
    case 'invalid_type':
      return errors.wrongType(
        field,
        kubernetesType(issue.expected),
        Array.isArray(value) ? 'array' : typeof value,
      );
    case 'invalid_value':
      return errors.notSupported(field, value, issue.values);
    default:
      return errors.invalid(field, value, issue.message);
  }
}

function kubernetesType(expected: string): string {
  return { int: 'integer', record: 'object' }[expected] ?? expected;
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : `${text}${text === '' ? '' : '.'}${String(key)}`,
    '',
  );
}
