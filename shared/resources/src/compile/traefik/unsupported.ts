import { dictionary } from '@portolan/contract/dictionary';
import { z } from 'zod';
import type { KubernetesObject } from '../../kinds/object.ts';
import { defineKind } from '../define-kind.ts';
import type { Reader } from '../reader.ts';
import type { KindCompiler } from '../kind-compiler.ts';

/** Kinds that are read but not served, each with what to do instead; leaving them out in silence would mislead. */
const UNSUPPORTED = dictionary<string>({
  IngressRouteTCP: 'only HTTP is routed here; expose TCP by a Service of type LoadBalancer',
  IngressRouteUDP: 'only HTTP is routed here; expose UDP by a Service of type LoadBalancer',
  MiddlewareTCP: 'only HTTP is routed here; use ipAllowList or inFlightReq in a Middleware',
  ServersTransportTCP: 'only HTTP is routed here; use a ServersTransport',
});

/** One compiler for each unsupported kind, which only says so. */
export const unsupportedKinds: readonly KindCompiler[] = Object.entries(UNSUPPORTED).map(([kind, advice]) =>
  defineKind<KubernetesObject>({
    type: `${kind}.traefik.io`,
    parse: (object) => ({ spec: object }),
    compile({ reader }) {
      const [reason = '', fix = ''] = advice.split('; ');
      reader.warn('unsupported', 'kind', { message: `${kind} is not served: ${reason}`, fix });
      return {};
    },
  }),
);

/** Warns about the fields of a spec that its shape does not know: they would be left out in silence, and someone has written them for a reason. */
export function warnWithoutEffect(reader: Reader, shape: z.ZodType, spec: unknown, path = 'spec'): void {
  for (const field of unknownFields(shape, spec, path))
    reader.warn('unsupported', field, {
      message: 'has no effect here',
      fix: 'remove it, or check its spelling',
    });
}

function unknownFields(type: z.ZodType, value: unknown, path: string): readonly string[] {
  const shape = type instanceof z.ZodOptional ? type.unwrap() : type;
  if (shape instanceof z.ZodArray && Array.isArray(value)) {
    const { element } = shape;
    return element instanceof z.ZodType
      ? value.flatMap((item, index) => unknownFields(element, item, `${path}[${index}]`))
      : [];
  }
  if (!(shape instanceof z.ZodObject) || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const known: unknown = shape.shape[name];
    return known instanceof z.ZodType ? unknownFields(known, inner, `${path}.${name}`) : [`${path}.${name}`];
  });
}
