import type { z } from 'zod';
import type { fieldChange } from '@portolan/contract/changes';
import { isRecord, type KubernetesObject } from '@portolan/resources/kinds/object';
import { redact } from '@portolan/resources/kinds/redact';
import { canonicalJson } from '../db/canonical-json.ts';

type FieldChange = z.output<typeof fieldChange>;

const FIELDS_MAX = 500;
const ABSENT = Symbol('absent');

/**
 * Returns the fields in which two objects differ, by path. Complete objects are compared, so that a changed secret counts, but
 * values are returned redacted. Lists are compared by index.
 */
export function diffObjects(before: KubernetesObject | null, after: KubernetesObject | null): FieldChange[] {
  const shownBefore = before && redact(before);
  const shownAfter = after && redact(after);
  const found: FieldChange[] = [];
  compare(
    { path: '', before: before ?? ABSENT, after: after ?? ABSENT },
    { before: shownBefore ?? ABSENT, after: shownAfter ?? ABSENT },
    found,
  );
  return found;
}

interface Pair {
  readonly before: unknown;
  readonly after: unknown;
}

function compare(whole: Pair & { readonly path: string }, shown: Pair, found: FieldChange[]): void {
  const { path, before, after } = whole;
  if (found.length >= FIELDS_MAX || before === after) return;
  if (isRecord(before) && isRecord(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const inner = { before: at(before, key), after: at(after, key) };
      const innerShown = { before: at(shown.before, key), after: at(shown.after, key) };
      compare({ path: joined(path, key), ...inner }, innerShown, found);
    }
    return;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    for (let i = 0; i < Math.max(before.length, after.length); i += 1) {
      const inner = { before: at(before, i), after: at(after, i) };
      const innerShown = { before: at(shown.before, i), after: at(shown.after, i) };
      compare({ path: `${path}[${i}]`, ...inner }, innerShown, found);
    }
    return;
  }
  if (before !== ABSENT && after !== ABSENT && canonicalJson(before) === canonicalJson(after)) return;
  found.push({
    path,
    ...(before === ABSENT ? {} : { before: visible(shown.before) }),
    ...(after === ABSENT ? {} : { after: visible(shown.after) }),
  });
}

/** Returns a field by name or index. Below a redacted parent, returns the parent. */
function at(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return Number(key) < value.length ? (value as unknown[])[Number(key)] : ABSENT;
  if (isRecord(value)) return Object.hasOwn(value, key) ? value[key] : ABSENT;
  return value;
}

function visible(value: unknown): unknown {
  return value === ABSENT ? '<redacted>' : value;
}

function joined(path: string, key: string): string {
  const isPlain = /^[A-Za-z_][\w-]*$/.test(key);
  if (!isPlain) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
