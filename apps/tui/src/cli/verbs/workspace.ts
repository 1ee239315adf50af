import { workspaceDelete } from '@portolan/console/actions/workspace';
import { usageFailure } from '@portolan/console/failure';
import { workspaces } from '@portolan/console/kinds/workspaces';
import { actionVerb } from '../action-verb.ts';
import { connect } from '../connect.ts';
import { listOutputFlag, platformFlags } from '../flags.ts';
import { createPrinter } from '../printer.ts';
import type { Verb } from '../verb.ts';

export const workspaceListVerb: Verb = {
  usage: '',
  flags: {
    ...listOutputFlag,
    'no-headers': { type: 'boolean', help: 'omit the header line' },
    ...platformFlags,
  },
  async run(args, io) {
    const session = await connect(args, io);
    const asked = { kind: workspaces, info: null, what: workspaces.singular };
    const printer = createPrinter(io, args, session, { asked, isOne: false });
    await printer.add((await workspaces.fetch(session, {})).items);
    await printer.end();
    return 0;
  },
};

export const workspaceDeleteVerb = actionVerb({
  verb: 'workspace delete',
  actions: [workspaceDelete],
  usage: 'ID',
  details: 'The ID says which one, whatever the current workspace is.',
  examples: ['portolan workspace delete staging'],
  complete: [],
  arrange([id, extra]) {
    if (id === undefined) throw usageFailure('The workspace ID is missing.', 'portolan workspace delete ID');
    if (extra !== undefined)
      throw usageFailure(`Unexpected argument "${extra}".`, 'portolan workspace delete ID');
    return { action: workspaceDelete, names: [id], values: {} };
  },
});
