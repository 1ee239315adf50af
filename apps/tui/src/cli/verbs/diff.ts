import { planChanges, type ChangePlan } from '@portolan/contract/changes';
import { Failure } from '@portolan/console/failure';
import { connect } from '../connect.ts';
import { fileFlags, platformFlags, textOutputFlag } from '../flags.ts';
import { print, tell, type Io } from '../../terminal/io.ts';
import { readValidManifests } from '../read-valid-manifests.ts';
import { diffLines } from '../show-diff.ts';
import { plainTheme } from '../plain-theme.ts';
import type { Verb } from '../verb.ts';
import { printDocument } from '../result.ts';

export const diffVerb: Verb = {
  usage: '-f FILE|DIR|-…',
  details:
    'Also shows who would gain or lose access. The exit code is 0 if nothing would change, 1 if something would, 2 if the manifests\ncannot be applied.',
  examples: ['portolan diff -f manifests/', 'portolan diff -f api.yaml -o json'],
  complete: ['files'],
  flags: { ...fileFlags, ...textOutputFlag, ...platformFlags },
  async run(args, io) {
    const { objects } = await readValidManifests(args, io);
    const { client, workspace } = await connect(args, io);
    const cluster = args.text('cluster');
    const plan = await client.call(planChanges, {
      params: { workspace },
      body: { objects: objects.map(({ object }) => object), ...(cluster === undefined ? {} : { cluster }) },
    });
    if (!printDocument(io, args, plan)) show(io, plan);
    refuse(plan);
    return plan.changes.every(({ change }) => change === 'unchanged') ? 0 : 1;
  },
};

function show(io: Io, plan: ChangePlan): void {
  const theme = plainTheme(io);
  for (const { key, change, before, after } of plan.changes) {
    if (change === 'unchanged') continue;
    print(io, theme.paint('strong', `${key}  ${change}`));
    print(io, diffLines(io, before, after).join('\n'));
  }
  for (const api of plan.affected) {
    const parts = [
      ...listed('grants', api.groups.gained),
      ...listed('revokes', api.groups.lost),
      ...listed('changes for', api.groups.changed),
      ...listed('gets', api.paths.added),
      ...listed('loses', api.paths.removed),
      ...(api.users.gained > 0 ? [`${api.users.gained} users gain it`] : []),
      ...(api.users.lost > 0 ? [`${api.users.lost} users lose it`] : []),
    ];
    tell(io, `api ${api.namespace}/${api.name}: ${parts.join('; ') || api.what.join(', ')}`);
  }
  for (const { severity, kind, name, message, fix } of plan.warnings)
    tell(io, `${severity}: ${kind ?? ''} ${name ?? ''}: ${message}${fix === null ? '' : ` (${fix})`}`);
}

function listed(word: string, names: readonly string[]): readonly string[] {
  return names.length === 0
    ? []
    : [`${word} ${names.map((name) => (name === '*' ? 'everyone' : name)).join(', ')}`];
}

function refuse({ changes }: ChangePlan): void {
  for (const { key, errors, conflict } of changes) {
    if (conflict !== null)
      throw new Failure(`${key}: ${conflict.message}`, 'The manifests cannot be applied.', 2);
    const [first] = errors;
    if (first !== undefined)
      throw new Failure(`${key}: ${first.field}: ${first.message}.`, 'The manifests cannot be applied.', 2);
  }
}
