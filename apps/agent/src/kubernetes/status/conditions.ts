import { z } from 'zod';

/** A condition of an object (KEP-1623, `metav1.Condition`). */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** CamelCase, never empty. */
  readonly reason: string;
  readonly message: string;
  /** Generation of the object that the condition was computed from. */
  readonly observedGeneration: number;
  /** RFC 3339, of the last change of `status`. */
  readonly lastTransitionTime: string;
}

/** What is found about an object, before it is compared with what was found before. */
export type Finding = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

const MESSAGE_CHARS_MAX = 1024;

const condition = z.object({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string(),
  message: z.string().default(''),
  observedGeneration: z.number().default(0),
  lastTransitionTime: z.string(),
});

/** Returns the conditions in a status that was read; what cannot be read as one is left out. */
export function readConditions(status: unknown): readonly Condition[] {
  const list = z.looseObject({ conditions: z.array(z.unknown()) }).safeParse(status);
  if (!list.success) return [];
  return list.data.conditions.flatMap((each) => condition.safeParse(each).data ?? []);
}

/** Returns the conditions to write; the time of one changes with its status alone. */
export function conditionsAfter(
  known: readonly Condition[],
  findings: readonly Finding[],
  { generation, now }: { readonly generation: number; readonly now: Date },
): readonly Condition[] {
  return findings.map(({ type, status, reason, message }) => {
    const former = known.find((each) => each.type === type);
    const isSame = former?.status === status;
    return {
      type,
      status,
      reason,
      message: truncate(message),
      observedGeneration: generation,
      lastTransitionTime: isSame ? former.lastTransitionTime : `${now.toISOString().slice(0, 19)}Z`,
    };
  });
}

/** Returns the conditions whose status or reason differs from before. */
export function transitionsBetween(
  known: readonly Condition[],
  next: readonly Condition[],
): readonly Condition[] {
  return next.filter(({ type, status, reason }) => {
    const former = known.find((each) => each.type === type);
    return former?.status !== status || former.reason !== reason;
  });
}

/** Returns the code of a problem as a reason: `policy-not-loaded` is `PolicyNotLoaded`. */
export function reasonOf(code: string): string {
  const name = code.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return /^[A-Za-z]/.test(name) ? name : 'Invalid';
}

function truncate(message: string): string {
  return message.length > MESSAGE_CHARS_MAX ? `${message.slice(0, MESSAGE_CHARS_MAX - 1)}…` : message;
}
