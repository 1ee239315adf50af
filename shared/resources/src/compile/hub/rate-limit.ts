import type { Limit, StoreFailureMode } from '../../model/model.ts';
import type { KubernetesObject } from '../../kinds/object.ts';
import { parseDurationNanos } from '../../validate/go-duration.ts';
import { type Reader, refOf } from '../reader.ts';

const DEFAULT_PERIOD_MS = 1000;
/** Says what a distributed limit does while its store is away. */
const ON_STORE_FAILURE = 'portolan.dev/on-store-failure';
const STORE_FAILURE_MODES: ReadonlySet<string> = new Set(['local', 'open', 'closed']);

/** What both generations write in an APIRateLimit; they differ in how they say "everyone". */
export interface RateLimitSpec {
  readonly groups?: readonly string[];
  readonly limit: number;
  readonly period?: string;
  readonly strategy?: 'local' | 'distributed';
}

/** Returns the limit an object sets. */
export function limitOf(object: KubernetesObject, spec: RateLimitSpec, isForAll: boolean): Limit {
  const mode = object.metadata.annotations?.[ON_STORE_FAILURE] ?? '';
  return {
    source: refOf(object),
    groups: isForAll ? 'any' : (spec.groups ?? []),
    limit: spec.limit,
    periodMs: durationMs(spec.period, DEFAULT_PERIOD_MS),
    strategy: spec.strategy ?? 'local',
    ...(isStoreFailureMode(mode) ? { onStoreFailure: mode } : {}),
  };
}

/** Returns a duration in Go's form in milliseconds; the default for none, and for one that is not positive. */
export function durationMs(text: string | undefined, defaultMs: number): number {
  const nanos = text === undefined ? null : parseDurationNanos(text);
  return nanos === null || nanos <= 0n ? defaultMs : Number(nanos) / 1e6;
}

/** Warns of a limit for no one, and of an annotation that says nothing. */
export function warnOfLimit(
  reader: Reader,
  object: KubernetesObject,
  { hasCallers, everyone }: { readonly hasCallers: boolean; readonly everyone: string },
): void {
  const mode = object.metadata.annotations?.[ON_STORE_FAILURE];
  if (mode !== undefined && !isStoreFailureMode(mode)) {
    reader.warn('annotation-invalid', `metadata.annotations[${ON_STORE_FAILURE}]`, {
      message: `Unsupported value: "${mode}": the limit does what --redis-failure of the agent says`,
      fix: 'write local (count per agent), open (let pass) or closed (refuse)',
    });
  }
  if (hasCallers) return;
  reader.warn('no-effect', 'spec.groups', {
    message: 'names no group, so it limits no one',
    fix: `list groups, or set ${everyone}: true for every signed-in user`,
  });
}

function isStoreFailureMode(mode: string): mode is StoreFailureMode {
  return STORE_FAILURE_MODES.has(mode);
}
