import { z } from 'zod';
import type { Reader } from '../reader.ts';

/** Warns about the fields of a spec that its shape does not know: they would be left out in silence, and someone has written them for a reason. */
export function warnWithoutEffect(reader: Reader, shape: z.ZodType, spec: unknown): void {
  for (const field of unknownFields(shape, spec, 'spec'))
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
