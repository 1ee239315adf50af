import { formatResource } from '../../kubernetes/client/api-resource.ts';
import type { Problem } from '@portolan/resources/problem';
import type { ReflectorState } from '../../kubernetes/reflector/reflector.ts';
import type { WatchedKind } from './watched-kinds.ts';

/** How reading one kind goes, in one namespace or in all of them. */
export interface ReadingState {
  readonly kind: WatchedKind;
  readonly namespace?: string | undefined;
  /** Set for an object that is read by its name. */
  readonly name?: string | undefined;
  readonly state: ReflectorState;
}

/** Milliseconds that reading may fail before it is a problem: servers restart, connections end. */
export const PATIENCE_MS = 10_000;

/** Returns what cannot be read at this moment; where nothing can, that is one problem. */
export function readingProblems(states: readonly ReadingState[], now = Date.now()): Problem[] {
  const failing = states.filter(({ state }) => state.kind === 'failing' && now - state.since >= PATIENCE_MS);
  const forbidden = states.filter(({ state }) => state.kind === 'forbidden').map(forbiddenProblem);
  const isServerAway = failing.length > 1 && states.every(({ state }) => state.kind !== 'synced');
  if (isServerAway) return [awayProblem(failing), ...forbidden];
  return [...failing.map(failingProblem), ...forbidden];
}

function awayProblem([first]: readonly ReadingState[]): Problem {
  return {
    code: 'cluster-unreachable',
    severity: 'error',
    message: `the cluster cannot be read (${messageOf(first)}); what was read before is served`,
    fix: 'check that the API server runs and can be reached from the agent',
  };
}

function failingProblem(reading: ReadingState): Problem {
  return {
    code: 'cluster-read-failed',
    severity: 'error',
    ...subjectOf(reading),
    message: `cannot read ${whatOf(reading)} (${messageOf(reading)}); what was read before is served`,
    fix: 'check the API server; reading is tried again',
  };
}

function forbiddenProblem(reading: ReadingState): Problem {
  return {
    code: 'cluster-read-forbidden',
    severity: reading.kind.isOptional ? 'warning' : 'error',
    ...subjectOf(reading),
    message: `the agent may not read ${whatOf(reading)} (${messageOf(reading)}); what was read before is served`,
    fix: `grant it list and watch on ${formatResource(reading.kind.resource)}; "portolan-agent rights" prints all it needs`,
  };
}

function subjectOf({ kind, namespace, name }: ReadingState): Partial<Problem> {
  return {
    kind: kind.resource.kind,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
}

function whatOf({ kind, namespace, name }: ReadingState): string {
  const what = name === undefined ? formatResource(kind.resource) : `${kind.resource.kind} ${name}`;
  return namespace === undefined ? what : `${what} in namespace ${namespace}`;
}

function messageOf(reading: ReadingState | undefined): string {
  return reading !== undefined && 'message' in reading.state ? reading.state.message : 'no answer';
}
