import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '@portolan/process/atomic-file';
import type { z } from 'zod';

/** A small file of JSON that only this program writes. */
export interface JsonFile<T> {
  readonly value: T;
  /** Changes the value at once and the file soon after. */
  change(change: (value: T) => T): void;
  /** Resolves when the file holds the value. Never rejects: a full disk costs remembering, nothing else. */
  saved(): Promise<void>;
}

/** Opens a file of JSON; what is missing or not of the schema counts as the given value. */
export function openJsonFile<T>(path: string, schema: z.ZodType<T>, otherwise: T): JsonFile<T> {
  let value = read(path, schema) ?? otherwise;
  let writing = Promise.resolve();
  let isDirty = false;
  return {
    get value() {
      return value;
    },
    change(change) {
      value = change(value);
      if (isDirty) return;
      isDirty = true;
      // Changes during a write are in the next one.
      writing = writing.then(() => {
        isDirty = false;
        return writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`).catch(() => undefined);
      });
    },
    saved: () => writing,
  };
}

function read<T>(path: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}
