import { objectMetadata } from '@portolan/contract/resources';
import { z } from 'zod';

/** Returns the shape of objects whose CRD is not ours: the given fields are validated, others are kept. */
export function objectShape<Fields extends z.ZodRawShape>(fields: Fields) {
  return z.looseObject({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: objectMetadata,
    ...fields,
  });
}

const PORT_RANGE = 'must be between 1 and 65535, inclusive';

/** A port by number. */
export const portNumber = z.int().min(1, PORT_RANGE).max(65_535, PORT_RANGE);

/** A port by number or by name. */
export const portReference = z.union([portNumber, z.string().min(1)]);

/** A duration in Go's form, or as a number of seconds, both of which Traefik takes. */
export const durationOrSeconds = z.union([z.string(), z.number()]);

/** A reference to an object of the same or of a named namespace. */
export const objectReference = z.looseObject({ name: z.string().min(1), namespace: z.string().optional() });
