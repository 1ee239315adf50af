import { readFile } from 'node:fs/promises';
import { isOvertaken } from '@portolan/console/actions/object-sets';
import { parse } from 'yaml';
import { Failure, usageFailure } from '@portolan/console/failure';
import { connect } from '../connect.ts';
import { openEditable, type Fields } from '../editable.ts';
import { placeOf } from '../find-rows.ts';
import { clusterFlag, dryRunFlag, namespaceFlag, platformFlags, resultOutputFlag } from '../flags.ts';
import { readAll, type Io } from '../../terminal/io.ts';
import { mergePatch } from '../merge-patch.ts';
import { report } from '../result.ts';
import { diffLines } from '../show-diff.ts';
import { readOnly } from '../targets.ts';
import type { Arguments, Flags, Verb } from '../verb.ts';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';

const flags: Flags = {
  ...namespaceFlag,
  ...clusterFlag,
  ...dryRunFlag,
  ...resultOutputFlag,
  ...platformFlags,
};

export const patchVerb: Verb = {
  usage: 'KIND NAME -p PATCH',
  details:
    'The patch is a JSON merge patch (RFC 7386) in JSON or YAML: it sets the fields it contains, and null removes a field.',
  examples: [
    `portolan patch apiratelimit crew-flights -p '{"spec":{"limit":200}}'`,
    `portolan patch user ada@example.com -p 'company: Airline'`,
  ],
  complete: ['kinds', 'objects'],
  flags: {
    patch: { type: 'string', short: 'p', value: 'PATCH', help: 'patch in JSON or YAML' },
    'patch-file': { type: 'string', value: 'FILE|-', complete: 'files', help: 'read the patch from a file' },
    type: { type: 'string', value: 'TYPE', choices: ['merge'], help: 'type of the patch; only merge' },
    ...flags,
  },
  async run(args, io) {
    const target = readOnly(args.words, 'patch');
    const patch = await patchOf(args, io);
    return change(args, io, { target, word: 'patched', alter: (fields) => mergePatch(fields, patch) });
  },
};

export const labelVerb = metadataVerb('label', 'labels', 'team=pay tier-');
export const annotateVerb = metadataVerb('annotate', 'annotations', 'owner="Ada Lovelace"');

function metadataVerb(verb: string, field: 'labels' | 'annotations', example: string): Verb {
  return {
    usage: `KIND NAME KEY=VALUE… KEY-…\nKIND/NAME KEY=VALUE… KEY-…`,
    details: 'KEY- removes. An existing key is changed only with --overwrite.',
    examples: [`portolan ${verb} apiaccess crew-flights ${example}`],
    complete: ['kinds', 'objects'],
    flags: { overwrite: { type: 'boolean', help: 'change existing values' }, ...flags },
    run(args, io) {
      const at = args.words.findIndex((word) => /^[\w./-]+(=|-$)/.test(word) && !word.startsWith('-'));
      if (at < 1) throw usageFailure(`The ${field} are missing.`, `portolan ${verb} KIND NAME KEY=VALUE`);
      const target = readOnly(args.words.slice(0, at), verb);
      if (target.info === null)
        throw usageFailure(
          `Only Kubernetes objects have ${field}, ${target.kind.name} do not.`,
          'See: portolan api-resources',
        );
      const wanted = Object.fromEntries(args.words.slice(at).map(pairOf));
      return change(args, io, {
        target,
        word: field === 'labels' ? 'labeled' : 'annotated',
        alter(fields) {
          const metadata = fields['metadata'] as Fields;
          const held = (metadata[field] ?? {}) as Fields;
          const taken = Object.entries(wanted).find(
            ([key, value]) => value !== null && held[key] !== undefined && held[key] !== value,
          );
          if (taken !== undefined && !args.has('overwrite'))
            throw new Failure(
              `${taken[0]} is ${String(held[taken[0]])} already.`,
              'Nothing was changed. Use --overwrite to change it.',
            );
          return mergePatch(fields, { metadata: { [field]: wanted } });
        },
      });
    },
  };
}

function pairOf(word: string): readonly [string, string | null] {
  const at = word.indexOf('=');
  if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
  if (word.endsWith('-')) return [word.slice(0, -1), null];
  throw usageFailure(`"${word}" is neither KEY=VALUE nor KEY-.`, 'Use team=pay, or team- to remove it.');
}

interface Change {
  readonly target: ReturnType<typeof readOnly>;
  readonly word: string;
  alter(fields: Fields): unknown;
}

async function change(args: Arguments, io: Io, { target, word, alter }: Change): Promise<number> {
  const session = await connect(args, io);
  const editable = await openEditable(session, target, placeOf(args));
  const fields = await editable.check(formatYaml(alter(editable.fields)));
  const isDry = args.has('dry-run');
  const isSame = diffLines(io, editable.fields, fields).length === 0;
  try {
    const { steps } = isSame ? { steps: [] } : await editable.plan(fields);
    for (const step of isDry ? [] : steps) await step.run();
  } catch (error) {
    if (!isOvertaken(error)) throw error;
    throw new Failure(
      `${editable.name} was changed by someone else meanwhile.`,
      'Nothing was changed. Do it again.',
    );
  }
  const line = `${editable.name} ${isSame ? 'unchanged' : word}${isDry ? ' (dry run)' : ''}`;
  await report(io, args, { line, name: editable.name, object: fields });
  return 0;
}

async function patchOf(args: Arguments, io: Io): Promise<unknown> {
  const file = args.text('patch-file');
  const given = args.text('patch');
  if ((file === undefined) === (given === undefined))
    throw usageFailure('The patch is missing.', 'Pass it with -p PATCH, or with --patch-file FILE.');
  const text =
    given ??
    (file === '-'
      ? await readAll(io.stdin)
      : await readFile(file ?? '', 'utf8').catch(() => unreadable(file ?? '')));
  try {
    const patch: unknown = parse(text);
    if (typeof patch !== 'object' || patch === null || Array.isArray(patch))
      throw new Error('it is not a map of fields');
    return patch;
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : '';
    throw usageFailure(
      `The patch cannot be read: ${why ?? ''}.`,
      `Use a patch such as '{"spec":{"limit":200}}'.`,
    );
  }
}

function unreadable(file: string): never {
  throw usageFailure(`The patch file ${file} cannot be read.`, 'Check the path.');
}
