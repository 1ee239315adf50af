import { changeUndo } from '@portolan/console/actions/changes';
import { usageFailure } from '@portolan/console/failure';
import { bisectionBlocks } from '@portolan/console/kinds/bisection';
import { bisectRequest } from '@portolan/contract/bisect';
import { formatBlocks } from '../../terminal/blocks.ts';
import { print, tell } from '../../terminal/io.ts';
import { warnOrConfirm } from '../action-verb.ts';
import { connect } from '../connect.ts';
import { clusterFlag, platformFlags, textOutputFlag, yesFlag } from '../flags.ts';
import { outputWidth, plainTheme } from '../plain-theme.ts';
import { readHeader } from '../read-header.ts';
import { printDocument } from '../result.ts';
import type { Verb } from '../verb.ts';

export const bisectVerb: Verb = {
  usage: 'URL --as USER|KEY',
  details: `Finds the change since which a call is refused, or accepted, by deciding it as of one revision after another, and halving. It
looks among the last 1,000 changes of the platform's objects; users, keys and objects of other owners count as they are now. With
--undo it undoes that change, after showing the differences. The exit code is 1 if no change made the difference.`,
  complete: [],
  actions: [changeUndo],
  examples: [
    'portolan bisect https://airline.edge.localhost/flights --as ada@example.com',
    'portolan bisect https://airline.edge.localhost/flights --as ada@example.com --method POST --good 41',
    'portolan bisect https://airline.edge.localhost/flights --as ada@example.com --undo',
  ],
  flags: {
    as: {
      type: 'string',
      value: 'USER|KEY',
      complete: { of: 'users' },
      help: 'the caller: a user, or an API key or its prefix; without it, a call without a credential',
    },
    method: { type: 'string', value: 'METHOD', help: 'method of the call; GET by default' },
    header: {
      type: 'string',
      short: 'H',
      multiple: true,
      value: 'NAME: VALUE',
      help: 'a header of the call; repeat it for more',
    },
    good: { type: 'string', value: 'REVISION', help: 'a revision at which the call was decided otherwise' },
    undo: { type: 'boolean', help: 'undo the change that is found' },
    ...clusterFlag,
    ...yesFlag,
    ...textOutputFlag,
    ...platformFlags,
  },
  async run(args, io) {
    const [url, extra] = args.words;
    if (url === undefined || extra !== undefined)
      throw usageFailure('One URL is needed.', 'portolan bisect URL --as USER');
    const caller = args.text('as');
    const [cluster, good] = [args.text('cluster'), args.text('good')];
    if (good !== undefined && !/^\d{1,15}$/.test(good))
      throw usageFailure(`"${good}" is not a revision.`, 'Use a number of: portolan rollout history');
    const session = await connect(args, io);
    const found = await session.client.call(bisectRequest, {
      params: { workspace: session.workspace },
      body: {
        user: caller === undefined || caller.startsWith('ptl_') ? null : caller,
        ...(caller?.startsWith('ptl_') === true ? { key: caller } : {}),
        method: args.text('method') ?? 'GET',
        url,
        headers: Object.fromEntries(args.texts('header').map(readHeader)),
        ...(cluster === undefined ? {} : { cluster }),
        ...(good === undefined ? {} : { good: Number(good) }),
      },
    });
    if (!printDocument(io, args, found))
      print(
        io,
        formatBlocks(bisectionBlocks(found), outputWidth(io), plainTheme(io))
          .map((line) => line.trimEnd())
          .join('\n'),
      );
    const { change } = found;
    if (change === null) return 1;
    if (!args.has('undo')) {
      tell(io, `Undo it with: portolan rollout undo ${change.revision}`);
      return 0;
    }
    const plan = await changeUndo.plan(session, [change], {});
    await warnOrConfirm(io, args, { plan, session });
    for (const step of plan.steps) await step.run();
    print(io, `change/${change.revision} undone`);
    return 0;
  },
};
