import { PlatformError } from '@portolan/contract/client';
import { deleteResource } from '@portolan/contract/resources';
import { objectKey } from '@portolan/resources/kinds/object';
import { usageFailure } from '@portolan/console/failure';
import type { Session } from '@portolan/console/kinds/kind';
import { confirm } from '../confirm.ts';
import { connect } from '../connect.ts';
import { filterOf, findOnly, nameOf, placeOf } from '../find-rows.ts';
import { dryRunFlag, fileFlags, platformFlags, yesFlag } from '../flags.ts';
import { print, tell, type Io } from '../io.ts';
import { selectorFilter } from '../label-selector.ts';
import { readValid } from '../named-manifests.ts';
import { removerOf } from '../removers.ts';
import { readTargets, type Target } from '../targets.ts';
import type { Arguments, Verb } from '../verb.ts';
import { objectName } from '../object-name.ts';

export const deleteVerb: Verb = {
  usage: 'KIND NAME…\nKIND/NAME…\nKIND -l SELECTOR\n-f FILE|DIR|-…',
  details: 'It asks first; --yes does not, and is needed without a terminal.',
  examples: [
    'portolan delete user ada@example.com',
    'portolan delete apiaccess/crew-flights --yes',
    'portolan delete apiaccess -l team=pay --dry-run',
    'portolan delete -f api.yaml --yes',
  ],
  complete: ['kinds', 'objects'],
  flags: {
    ...fileFlags,
    namespace: { type: 'string', short: 'n', value: 'NAME', help: 'namespace of the objects' },
    selector: { type: 'string', short: 'l', value: 'SELECTOR', help: 'objects with these labels' },
    'ignore-not-found': { type: 'boolean', help: 'what is not there is no mistake' },
    ...dryRunFlag,
    ...yesFlag,
    ...platformFlags,
  },
  async run(args, io) {
    if (args.texts('filename').length > 0) return deleteManifests(args, io);
    const targets = readTargets(args.words);
    const selector = args.text('selector');
    if (targets.length === 0)
      throw usageFailure('What is to be deleted?', 'portolan delete KIND NAME…, or -f FILE.');
    const nameless = targets.find(({ names }) => names.length === 0);
    if (nameless !== undefined && selector === undefined)
      throw usageFailure(`Which ${nameless.what} is to be deleted?`, `Name them, or select them with -l.`);
    for (const target of targets) removerOf(target.kind);
    const session = await connect(args, io);
    const found = (await Promise.all(targets.map((target) => findDoomed(session, target, args)))).flat();
    if (found.length === 0) {
      tell(io, 'Nothing is there to delete.');
      return 0;
    }
    const isDry = args.has('dry-run');
    if (!isDry) await confirm(io, `This deletes ${listed(found)}.`, args.has('yes'));
    for (const { name, remove } of found) {
      if (!isDry) await remove();
      print(io, `${name} deleted${isDry ? ' (dry run)' : ''}`);
    }
    return 0;
  },
};

interface Doomed {
  readonly name: string;
  readonly remove: () => Promise<unknown>;
}

const LISTED_MAX = 10;

function listed(found: readonly Doomed[]): string {
  const names = found.slice(0, LISTED_MAX).map(({ name }) => name);
  return `${names.join(', ')}${found.length > LISTED_MAX ? ` and ${found.length - LISTED_MAX} more` : ''}`;
}

async function findDoomed(session: Session, target: Target, args: Arguments): Promise<readonly Doomed[]> {
  const { kind, what } = target;
  const place = placeOf(args);
  const isMissingFine = args.has('ignore-not-found');
  const outcome = 'Nothing was deleted.';
  const rows: unknown[] = [];
  for (const name of target.names)
    rows.push(await findOnly(session, target, { name, place, outcome, isMissingFine }));
  if (target.names.length === 0) {
    const filter = filterOf(target, place, selectorFilter(args.text('selector') ?? ''));
    let cursor: string | undefined;
    do {
      const page = await kind.fetch(session, {
        limit: 500,
        filter,
        ...(cursor === undefined ? {} : { cursor }),
      });
      rows.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }
  const remove = removerOf(kind);
  return rows
    .filter((row) => row !== null)
    .map((row) => ({
      name: `${what.toLowerCase()}/${nameOf(kind, row)}`,
      remove: () => remove(session, row),
    }));
}

/** Goes on past what is not there any more, as `kubectl` does, and says so. */
async function deleteManifests(args: Arguments, io: Io): Promise<number> {
  const { objects } = await readValid(args, io);
  const session = await connect(args, io);
  const cluster = args.text('cluster');
  const isDry = args.has('dry-run');
  if (!isDry)
    await confirm(
      io,
      `This deletes ${objects.length === 1 ? 'one object' : `${objects.length} objects`}.`,
      args.has('yes'),
    );
  let code = 0;
  for (const { object } of objects) {
    const name = objectName(object);
    const query = { key: objectKey(object), ...(cluster === undefined ? {} : { cluster }) };
    try {
      if (!isDry)
        await session.client.call(deleteResource, { params: { workspace: session.workspace }, query });
      print(io, `${name} deleted${isDry ? ' (dry run)' : ''}`);
    } catch (error) {
      if (!(error instanceof PlatformError) || error.code !== 'not-found') throw error;
      if (args.has('ignore-not-found')) continue;
      tell(io, `portolan: ${name} is not there.`);
      code = 1;
    }
  }
  return code;
}
