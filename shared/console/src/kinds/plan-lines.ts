import {
  UNKNOWN_HOST_PART,
  type AffectedApi,
  type ChangePlan,
  type PlannedChange,
} from '@portolan/contract/changes';
import { toned, type Cell } from './block.ts';
import { counted, formatObject, formatOwner } from './format.ts';
import { diffObjects } from './manifest-diff.ts';

const CHANGES = { create: 'new', update: 'changed', delete: 'deleted', unchanged: 'unchanged' } as const;

/** A plan for the person to judge: what stands against it, whom it reaches, what it would leave wrong, and the difference. */
export function planLines(plan: ChangePlan): readonly Cell[] {
  return [...summaryLines(plan), ...plan.changes.flatMap(difference)];
}

/** A plan without the differences. */
export function summaryLines(plan: ChangePlan): readonly Cell[] {
  const { create, update, delete: gone } = plan.counts;
  return [
    `On cluster ${plan.cluster.name}: ${create} to create, ${update} to change, ${gone} to delete.`,
    ...plan.changes.flatMap(against),
    ...plan.affected.flatMap(reach),
    ...plan.warnings.map((one) => toned(one.severity === 'error' ? 'bad' : 'warn', warningText(one))),
    ...(plan.affected.length === 0 ? [toned('dim', 'No API callers are affected.')] : []),
  ];
}

/** `warning: API flights: what is wrong (what to do)`; that it is about the object as a whole needs no field. */
function warningText(one: ChangePlan['warnings'][number]): string {
  const object = [one.kind, one.name].filter((part) => part !== null).join(' ');
  const field = one.field === null || one.field === 'metadata.name' ? '' : ` ${one.field}`;
  const fix = one.fix === null ? '' : ` To do: ${one.fix}.`;
  return `${one.severity}: ${object}${field}: ${one.message}.${fix}`;
}

/** Why a plan cannot be carried out; null when it can. */
export function whyNotApplicable(plan: ChangePlan): string | null {
  if (plan.applicable) return null;
  const [first] = plan.changes.flatMap((one) => [
    ...one.errors.map(({ field, message }) => `${formatObject(one.key)}: ${field}: ${message}`),
    ...(one.conflict === null ? [] : [one.conflict.message]),
  ]);
  return first ?? 'The change cannot be applied.';
}

function against(one: PlannedChange): readonly Cell[] {
  return [
    ...one.errors.map(({ field, message }) => toned('bad', `${formatObject(one.key)}: ${field}: ${message}`)),
    ...(one.conflict === null
      ? []
      : [
          toned(
            'bad',
            `${formatObject(one.key)} belongs to ${formatOwner(one.conflict.owner)}. Change it there.`,
          ),
        ]),
  ];
}

function reach(api: AffectedApi): readonly Cell[] {
  const name = `API ${api.namespace}/${api.name}`;
  const groups = (names: readonly string[]) =>
    names.map((one) => (one === '*' ? 'everyone' : one)).join(', ');
  const { gained, lost, changed } = api.groups;
  return [
    ...(lost.length > 0 || api.users.lost > 0
      ? [
          toned(
            'bad',
            `${name}: ${groups(lost)} can no longer call it; ${usersWho(api.users.lost, 'lose')} it.`,
          ),
        ]
      : []),
    ...(gained.length > 0 || api.users.gained > 0
      ? [toned('ok', `${name}: ${groups(gained)} can call it; ${usersWho(api.users.gained, 'gain')} it.`)]
      : []),
    ...(changed.length > 0
      ? [toned('warn', `${name}: other operations than before for ${groups(changed)}.`)]
      : []),
    ...api.paths.removed.map((path) => toned('bad', `${name}: no longer at ${path}`)),
    ...api.paths.added.map((path) => toned('ok', `${name}: now at ${hostText(path)}`)),
    ...(api.limits === null
      ? []
      : [toned('warn', `${name}: limits ${limits(api.limits.before)} → ${limits(api.limits.after)}`)]),
    ...(api.what.includes('behaviour') ? [toned('warn', `${name}: responds differently.`)] : []),
  ];
}

/** A path at a host that is not known yet says so. */
function hostText(path: string): string {
  const mark = `-${UNKNOWN_HOST_PART}.`;
  return path.includes(mark)
    ? `${path.replace(mark, '-….')} (the name is generated when this is applied)`
    : path;
}

/** `1 user gains`, `3 users gain`. */
function usersWho(count: number, verb: string): string {
  return `${counted(count, 'user')} ${verb}${count === 1 ? 's' : ''}`;
}

function limits(held: NonNullable<AffectedApi['limits']>['before']): string {
  if (held.length === 0) return 'none';
  return held.map((one) => `${one.limit}/${one.periodMs / 1000}s by ${one.source}`).join(', ');
}

function difference(one: PlannedChange): readonly Cell[] {
  if (one.change === 'unchanged') return [toned('dim', `${formatObject(one.key)}: no relevant changes.`)];
  return [
    '',
    toned('strong', `${formatObject(one.key)}  ${CHANGES[one.change]}`),
    ...diffObjects(one.before, one.after),
  ];
}
