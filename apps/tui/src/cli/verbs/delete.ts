import { resultLine, type Action, type Plan } from '@portolan/console/actions/action';
import { allActions, deleteActionOf } from '@portolan/console/actions/all-actions';
import { resourceDelete } from '@portolan/console/actions/objects';
import { usageFailure } from '@portolan/console/failure';
import type { Kind, Session } from '@portolan/console/kinds/kind';
import { PlatformError } from '@portolan/contract/client';
import { getResource } from '@portolan/contract/resources';
import { ownerFlag, requirePossible, warnOrConfirm } from '../action-verb.ts';
import { connect } from '../connect.ts';
import { filterOf, findOnly, placeOf } from '../find-rows.ts';
import { dryRunFlag, fileFlags, platformFlags, yesFlag } from '../flags.ts';
import { print, tell, type Io } from '../../terminal/io.ts';
import { selectorFilter } from '../selector-filter.ts';
import { readValidManifests } from '../read-valid-manifests.ts';
import { objectKey } from '@portolan/resources/kinds/object';
import { objectName } from '../manifest-object.ts';
import { readTargets, type Target } from '../targets.ts';
import type { Arguments, Verb } from '../verb.ts';

export const deleteVerb: Verb = {
  usage: 'KIND NAME…\nKIND/NAME…\nKIND -l SELECTOR\n-f FILE|DIR|-…\n-k DIR',
  details: 'It asks for confirmation; --yes skips that and is required without a terminal.',
  examples: [
    'portolan delete user ada@example.com',
    'portolan delete apiaccess/crew-flights --yes',
    'portolan delete key mobile --user ada@example.com',
    'portolan delete apiaccess -l team=pay --dry-run',
    'portolan delete -f api.yaml --yes',
  ],
  actions: allActions.filter((action) => deleteActionOf(action.kind.name) === action),
  complete: ['kinds', 'objects'],
  flags: {
    ...fileFlags,
    namespace: { type: 'string', short: 'n', value: 'NAME', help: 'namespace of the objects' },
    selector: { type: 'string', short: 'l', value: 'SELECTOR', help: 'objects with these labels' },
    'ignore-not-found': { type: 'boolean', help: 'succeed if an object does not exist' },
    ...ownerFlag,
    ...dryRunFlag,
    ...yesFlag,
    ...platformFlags,
  },
  async run(args, io) {
    if (args.texts('filename').length > 0 || args.text('kustomize') !== undefined)
      return deleteManifests(args, io);
    const targets = readTargets(args.words);
    const selector = args.text('selector');
    if (targets.length === 0)
      throw usageFailure('Nothing to delete is named.', 'portolan delete KIND NAME…, or -f FILE.');
    const nameless = targets.find(({ names }) => names.length === 0);
    if (nameless !== undefined && selector === undefined)
      throw usageFailure(
        `The name of the ${nameless.what} is missing.`,
        'Name it, or select several with -l.',
      );
    const doomed = targets.map((target) => ({ target, action: actionOf(target.kind) }));
    const session = await connect(args, io);
    const plans: { readonly what: string; readonly action: Action; readonly plan: Plan }[] = [];
    for (const { target, action } of doomed) {
      const rows = await findRows(session, target, args);
      if (rows.length > 0)
        plans.push({ what: target.what.toLowerCase(), action, plan: await action.plan(session, rows, {}) });
    }
    if (plans.length === 0) {
      tell(io, 'Nothing to delete was found.');
      return 0;
    }
    const isDry = args.has('dry-run');
    for (const { plan } of isDry ? [] : plans)
      await warnOrConfirm(io, args, { plan: { ...plan, danger: 3 }, session });
    for (const { what, action, plan } of plans)
      for (const step of plan.steps) {
        const outcome = isDry ? { name: step.name } : await step.run();
        print(
          io,
          `${resultLine({ ...action, noun: what, done: 'deleted' }, outcome)}${isDry ? ' (dry run)' : ''}`,
        );
      }
    return 0;
  },
};

function actionOf(kind: Kind): Action {
  const action = deleteActionOf(kind.name);
  if (action !== undefined) return action;
  const kinds = allActions.filter((one) => deleteActionOf(one.kind.name) === one).map((one) => one.kind.name);
  throw usageFailure(
    `${kind.title} cannot be deleted.`,
    `Kinds that can be: ${kinds.join(', ')}, and Kubernetes kinds.`,
  );
}

async function findRows(session: Session, target: Target, args: Arguments): Promise<readonly unknown[]> {
  const place = { ...placeOf(args), owner: args.text('owner') };
  const isMissingFine = args.has('ignore-not-found');
  const outcome = 'Nothing was deleted.';
  const rows: unknown[] = [];
  for (const name of target.names)
    rows.push(await findOnly(session, target, { name, place, outcome, isMissingFine }));
  if (target.names.length > 0) return rows.filter((row) => row !== null);
  const filter = filterOf(target, place, selectorFilter(args.text('selector') ?? ''));
  let cursor: string | undefined;
  do {
    const page = await target.kind.fetch(session, {
      limit: 500,
      filter,
      ...(cursor === undefined ? {} : { cursor }),
    });
    rows.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return rows;
}

/** Deletes the objects of manifests; one that does not exist is reported and the rest is deleted, as kubectl does. */
async function deleteManifests(args: Arguments, io: Io): Promise<number> {
  const { objects } = await readValidManifests(args, io);
  const session = await connect(args, io);
  const cluster = args.text('cluster');
  const rows = await Promise.all(objects.map(({ object }) => findByKey(session, objectKey(object), cluster)));
  const missing = args.has('ignore-not-found') ? [] : objects.filter((_, at) => rows[at] === null);
  for (const { object } of missing) tell(io, `portolan: ${objectName(object)} does not exist.`);
  const found = rows.filter((row) => row !== null);
  const isDry = args.has('dry-run');
  if (found.length > 0) {
    requirePossible(resourceDelete, found);
    const plan = await resourceDelete.plan(session, found, {});
    if (!isDry) await warnOrConfirm(io, args, { plan, session });
    for (const [at, step] of plan.steps.entries()) {
      if (!isDry) await step.run();
      const { kind = '' } = found[at] ?? {};
      print(io, `${kind.toLowerCase()}/${step.name} deleted${isDry ? ' (dry run)' : ''}`);
    }
  }
  return missing.length > 0 ? 1 : 0;
}

/** Returns an object as it is; null when it does not exist. */
async function findByKey({ client, workspace }: Session, key: string, cluster: string | undefined) {
  try {
    return await client.call(getResource, { params: { workspace }, query: { key, cluster } });
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'not-found') return null;
    throw error;
  }
}
