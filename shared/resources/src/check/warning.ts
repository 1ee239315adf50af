import { locationOf } from '../kinds/origin.ts';
import type { Problem } from '../problem.ts';
import type { Located } from './object-set.ts';

interface Complaint {
  readonly code: string;
  readonly field: string;
  readonly message: string;
  readonly fix: string;
}

/** A warning about an object, with the place it came from. */
export function warning({ object, origin }: Located, complaint: Complaint): Problem {
  const { namespace, name } = object.metadata;
  return {
    ...complaint,
    severity: 'warning',
    ...(origin === undefined ? {} : locationOf(origin)),
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
  };
}
