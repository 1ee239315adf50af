import { PlatformError } from '@portolan/contract/client';
import { deleteResource, type Resource } from '@portolan/contract/resources';
import { objectKey } from '@portolan/resources/kinds/object';
import { Failure, usageFailure } from '../../failure.ts';
import { findKindByName } from '../../kinds/all-kinds.ts';
import type { Kind, Session } from '../../kinds/kind.ts';
import { removers } from '../../kinds/removers.ts';
import { resources } from '../../kinds/resources.ts';
import { confirm, yesFlag } from '../confirm.ts';
import { connect } from '../connect.ts';
import { print, tell, type Io } from '../io.ts';
import { findKubernetesKind } from '../kubernetes-kind.ts';
import { fileFlags, readValid } from '../named-manifests.ts';
import { platformFlags, type Arguments, type Verb } from '../verb.ts';

export const deleteVerb: Verb = {
  name: 'delete',
  usage: 'KIND NAME… | -f FILE|DIR|-',
  summary: 'Delete things by name, or the objects of manifests',
  examples: [
    'portolan delete user ada@example.com',
    'portolan delete APIAccess crew-flights',
    'portolan delete -f api.yaml --yes',
  ],
  complete: 'kinds',
  flags: { ...fileFlags, ...yesFlag, ...platformFlags },
  async run(args, io) {
    if (args.texts('filename').length > 0) return deleteManifests(args, io);
    const [word, ...names] = args.words;
    if (word === undefined || names.length === 0)
      throw usageFailure('What is to be deleted?', 'portolan delete KIND NAME…, or -f FILE.');
    const session = await connect(args, io);
    const { what, rows } = await findRows(session, word, { names, args });
    await confirm(io, `This deletes ${what} ${names.join(', ')}.`, args.has('yes'));
    for (const { name, remove } of rows) {
      await remove();
      print(io, `${what}/${name} deleted`);
    }
    return 0;
  },
};

interface Found {
  /** What they are, in a person's words. */
  readonly what: string;
  readonly rows: readonly { readonly name: string; readonly remove: () => Promise<unknown> }[];
}

async function findRows(
  session: Session,
  word: string,
  { names, args }: { names: readonly string[]; args: Arguments },
): Promise<Found> {
  const kind = findKindByName(word);
  const remove = kind === null ? undefined : removers[kind.name];
  if (kind !== null && remove !== undefined) {
    const rows = await Promise.all(
      names.map((name) => findOnly(session, kind, { name, what: kind.singular })),
    );
    return {
      what: kind.singular,
      rows: rows.map((row) => ({ name: kind.label(row), remove: () => remove(session, row) })),
    };
  }
  const what = await findKubernetesKind(session, word);
  const [namespace, cluster] = [args.text('namespace'), args.text('cluster')];
  const isMeant = (row: Resource) =>
    row.kind === what &&
    (namespace === undefined || row.namespace === namespace) &&
    (cluster === undefined || row.cluster === cluster);
  const rows = await Promise.all(
    names.map((name) => findOnly(session, resources, { name, what, filter: `kind=${what}`, isMeant })),
  );
  return {
    what,
    rows: rows.map((row) => ({
      name: row.name,
      remove: async () => removers[resources.name]?.(session, row),
    })),
  };
}

interface Wanted<T> {
  readonly name: string;
  readonly what: string;
  readonly filter?: string;
  readonly isMeant?: (row: T) => boolean;
}

/** The one row of that name or id; two of a name are refused, for nobody could say which would go. */
async function findOnly<T>(session: Session, kind: Kind<T>, wanted: Wanted<T>): Promise<T> {
  const { name, what, filter, isMeant = () => true } = wanted;
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await kind.fetch(session, {
      limit: 500,
      ...(filter === undefined ? {} : { filter }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    const byId = page.items.find((row) => kind.id(row) === name);
    if (byId !== undefined) return byId;
    found.push(...page.items.filter((row) => kind.label(row) === name && isMeant(row)));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  const [only, second] = found;
  if (only === undefined)
    throw new Failure(
      `There is no ${what} "${name}" in workspace ${session.workspace}.`,
      `Nothing was deleted. List them: portolan get ${what}`,
    );
  if (second !== undefined)
    throw new Failure(
      `There are ${found.length} of the name ${name}: ${found.map((row) => kind.id(row)).join(', ')}.`,
      'Nothing was deleted. Give the id of the one you mean.',
    );
  return only;
}

/** Goes on past what is not there any more, as `kubectl` does, and says so. */
async function deleteManifests(args: Arguments, io: Io): Promise<number> {
  const { objects } = await readValid(args, io);
  const session = await connect(args, io);
  const cluster = args.text('cluster');
  await confirm(io, `This deletes ${objects.length} objects.`, args.has('yes'));
  let code = 0;
  for (const { object } of objects) {
    const name = `${object.kind}/${object.metadata.name}`;
    const query = { key: objectKey(object), ...(cluster === undefined ? {} : { cluster }) };
    try {
      await session.client.call(deleteResource, { params: { workspace: session.workspace }, query });
      print(io, `${name} deleted`);
    } catch (error) {
      if (!(error instanceof PlatformError) || error.code !== 'not-found') throw error;
      tell(io, `portolan: ${name} is not there.`);
      code = 1;
    }
  }
  return code;
}
