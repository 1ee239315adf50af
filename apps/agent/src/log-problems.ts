import type { Problem } from '@portolan/resources/problem';
import type { AgentLogger } from './logger.ts';

/** Logs the problems that were not there before. */
export function logProblems(log: AgentLogger, before: readonly Problem[], after: readonly Problem[]): void {
  // Problems of objects that did not change are the same ones: few are compared by content.
  const [former, latter] = [new Set(before), new Set(after)];
  const known = new Set(
    before.filter((problem) => !latter.has(problem)).map((problem) => JSON.stringify(problem)),
  );
  for (const problem of after) {
    if (former.has(problem) || known.has(JSON.stringify(problem))) continue;
    const { message, ...rest } = problem;
    const level = problem.severity === 'error' ? 'warn' : 'info';
    log[level]({ event: 'resource.problem', problem: rest }, `${subjectOf(problem)}${message}`);
  }
}

/** Object and field of a problem, as a prefix of its message: `API shop/flights: spec.pathPrefix: `. */
function subjectOf({ kind, namespace, name, field, file, line }: Problem): string {
  const object =
    kind === undefined ? null : `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name ?? ''}`;
  const place = file === undefined ? null : `${file}:${line ?? 1}`;
  return [object ?? place, field || null].flatMap((part) => (part === null ? [] : [`${part}: `])).join('');
}
