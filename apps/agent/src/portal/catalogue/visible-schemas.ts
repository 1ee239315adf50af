import type { SchemaNode } from '../../gateway/openapi/compile/compiled.ts';
import type { PortalRequest } from '../portal-request.ts';
import { namedSchema, operationSlice } from './document.ts';
import type { VisibleVersion } from './visible.ts';

/** Returns whether an operation the caller may use refers to a schema, directly or through others. */
export function isSchemaVisible(
  { rights }: Pick<PortalRequest, 'rights'>,
  { version, index, fetched }: VisibleVersion,
  id: string,
): boolean {
  if (index === null || fetched === null) return false;
  const admitted = rights.operations(version, index);
  if (admitted.length === index.operations.length) return true;
  const seen = new Set<string>();
  const waiting: unknown[] = admitted.map(({ entry }) => operationSlice(fetched, entry.id));
  while (waiting.length > 0) {
    for (const ref of refsIn(waiting.pop())) {
      if (ref === id) return true;
      if (seen.has(ref)) continue;
      seen.add(ref);
      waiting.push(namedSchema(fetched, ref));
    }
  }
  return false;
}

function* refsIn(root: unknown): Generator<string> {
  const waiting = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    const { ref } = value as Partial<SchemaNode>;
    if (typeof ref === 'string') yield ref;
    waiting.push(...Object.values(value));
  }
}
