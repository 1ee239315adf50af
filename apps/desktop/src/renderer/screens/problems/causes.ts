import type { ProblemView } from '@portolan/contract/resources';

/** Problems with one cause: the same rule is broken in the same way. */
export interface Cause {
  readonly id: string;
  readonly severity: ProblemView['severity'];
  readonly code: string;
  /** What is wrong; what differs from object to object is left out. */
  readonly message: string;
  /** What to do, where that is the same for all. */
  readonly fix: string | null;
  readonly problems: readonly ProblemView[];
}

/** Groups problems by cause: errors first, then those that concern most objects. */
export function groupByCause(problems: readonly ProblemView[]): readonly Cause[] {
  const groups = Map.groupBy(
    problems,
    ({ severity, code, message }) => `${severity} ${code} ${withoutNames(message)}`,
  );
  return [...groups]
    .map(([id, held]) => causeOf(id, held))
    .toSorted(
      (a, b) =>
        Number(a.severity === 'warning') - Number(b.severity === 'warning') ||
        b.problems.length - a.problems.length ||
        a.code.localeCompare(b.code),
    );
}

function causeOf(id: string, problems: readonly ProblemView[]): Cause {
  const [first] = problems;
  if (first === undefined) throw new Error('a cause has at least one problem');
  const isOneMessage = problems.every(({ message }) => message === first.message);
  const isOneFix = problems.every(({ fix }) => fix === first.fix);
  return {
    id,
    severity: first.severity,
    code: first.code,
    message: isOneMessage ? first.message : withoutNames(first.message),
    fix: isOneFix ? first.fix : null,
    problems,
  };
}

/** Replaces what names an object, a value or a number: messages of one cause differ in nothing else. */
function withoutNames(message: string): string {
  return message
    .slice(0, 2_000)
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`/g, '…')
    .replaceAll(/(?<![\w.])[\w.-]+\/[\w./-]+/g, '…')
    .replaceAll(/\b\d+\b/g, '…');
}
