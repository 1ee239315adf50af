import { parseKey } from '../../kinds/object.ts';
import type { Reader } from '../reader.ts';

/** Warns of each listed object that does not exist; the others of the list count all the same. */
export function warnOfMissing(reader: Reader, field: string, keys: readonly string[]): void {
  keys.forEach((key, index) => {
    if (reader.get(key) !== null) return;
    const id = parseKey(key);
    if (id === null) return;
    const where = id.namespace === '' ? '' : ` in namespace "${id.namespace}"`;
    reader.warn('missing-reference', `${field}[${index}]`, {
      message: `${id.kind} "${id.name}" does not exist${where}; the entry is skipped`,
      fix: `create ${id.kind} "${id.name}", or take the entry out`,
    });
  });
}
