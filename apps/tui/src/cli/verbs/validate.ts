import { checkReferences } from '@portolan/resources/check/check';
import { jsonSchemaFor } from '@portolan/resources/schema/json-schema';
import { listKinds } from '@portolan/resources/kinds/registry';
import { validateObject } from '@portolan/resources/validate/validate';
import type { LoadResult } from '@portolan/resources/manifests/load';
import type { Problem } from '@portolan/resources/problem';
import { stringify } from 'yaml';
import { usageFailure } from '../../failure.ts';
import { safeText } from '../../term/safe-text.ts';
import { kubernetesKinds } from '../find-kind.ts';
import { print, tell, type Io } from '../io.ts';
import { generationOf, readManifests } from '../manifest-files.ts';
import type { Flags, Verb } from '../verb.ts';

const generationFlag: Flags = {
  generation: {
    type: 'string',
    value: 'v2|v3',
    choices: ['v2', 'v3'],
    help: 'shapes of the kinds; v2 when absent',
  },
};

interface Verdict {
  readonly file: string | null;
  readonly line: number | null;
  readonly kind: string | null;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly valid: boolean;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
}

export const validateVerb: Verb = {
  usage: '[-f FILE|DIR|-]…',
  complete: ['files'],
  examples: [
    'portolan validate -f examples/airline',
    'kubectl get apis -o yaml | portolan validate -f -',
    'portolan validate -f . -o json',
  ],
  flags: {
    filename: {
      type: 'string',
      short: 'f',
      multiple: true,
      value: 'FILE|DIR|-',
      help: 'manifests; a directory with all below it, "-" for standard input',
    },
    output: {
      type: 'string',
      short: 'o',
      value: 'FORMAT',
      choices: ['text', 'json', 'yaml'],
      help: 'text, json or yaml',
    },
    ...generationFlag,
  },
  async run(args, io) {
    const paths = [...args.texts('filename'), ...args.words];
    if (paths.length === 0) throw usageFailure('Which manifests?', 'Name them with -f FILE, -f DIR or -f -.');
    const generation = generationOf(args.text('generation'));
    const loaded = await readManifests(paths, io, { generation });
    const verdicts = [
      ...loaded.problems.filter((one) => one.severity === 'error').map(unreadable),
      ...judge(loaded, generation),
    ];
    verdicts.sort((a, b) => (a.file ?? '').localeCompare(b.file ?? '') || (a.line ?? 0) - (b.line ?? 0));
    const warnings = [
      ...loaded.problems.filter((one) => one.severity === 'warning'),
      ...checkReferences(loaded.objects, generation),
    ];
    const output = args.text('output');
    if (output === 'json') print(io, JSON.stringify(verdicts, null, 2));
    else if (output === 'yaml') print(io, stringify(verdicts));
    else showText(io, verdicts);
    for (const warning of warnings)
      tell(
        io,
        safeText(
          `warning: ${placeOf(warning)}${warning.message}${warning.fix === undefined ? '' : ` (${warning.fix})`}`,
        ),
      );
    return verdicts.every((one) => one.valid) ? 0 : 1;
  },
};

function judge(loaded: LoadResult, generation: 'v2' | 'v3'): readonly Verdict[] {
  return loaded.objects.map(({ object, source }) => {
    const { valid, errors } = validateObject(object, { generation });
    const { namespace = null, name } = object.metadata;
    return { file: source.file, line: source.line, kind: object.kind, namespace, name, valid, errors };
  });
}

function unreadable(problem: Problem): Verdict {
  const {
    file = null,
    line = null,
    kind = null,
    namespace = null,
    name = null,
    field = '',
    message,
  } = problem;
  return { file, line, kind, namespace, name, valid: false, errors: [{ field, message }] };
}

function showText(io: Io, verdicts: readonly Verdict[]): void {
  for (const verdict of verdicts) {
    const object = [verdict.kind, [verdict.namespace, verdict.name].filter(Boolean).join('/')]
      .filter(Boolean)
      .join(' ');
    for (const { field, message } of verdict.errors) {
      const where = verdict.file === null ? '' : `${verdict.file}:${verdict.line ?? 1}: `;
      print(
        io,
        safeText(
          `${where}${object === '' ? '' : `${object}: `}${field === '' ? '' : `${field}: `}${message}`,
        ),
      );
    }
  }
  const bad = verdicts.filter((one) => !one.valid).length;
  tell(
    io,
    bad === 0
      ? `${verdicts.length} objects, all valid.`
      : `${bad} of ${verdicts.length} objects are not valid.`,
  );
}

function placeOf(problem: Problem): string {
  const where = problem.file === undefined ? '' : `${problem.file}:${problem.line ?? 1}: `;
  const object = problem.kind === undefined ? '' : `${problem.kind} ${problem.name ?? ''}: `;
  return `${where}${object}${problem.field === undefined ? '' : `${problem.field}: `}`;
}

export const schemaVerb: Verb = {
  usage: '[KIND]',
  complete: [kubernetesKinds.filter(({ crd }) => crd !== undefined).map(({ kind }) => kind)],
  examples: ['portolan schema API > api.schema.json'],
  flags: generationFlag,
  async run(args, io) {
    const generation = generationOf(args.text('generation'));
    const names = listKinds(generation)
      .filter((info) => info.crd !== undefined)
      .map((info) => info.kind);
    const [kind] = args.words;
    if (kind === undefined) {
      print(io, names.join('\n'));
      return 0;
    }
    const schema = jsonSchemaFor(kind, generation);
    if (schema === null)
      throw usageFailure(
        `There is no schema of "${kind}" in generation ${generation}.`,
        `Kinds: ${names.join(', ')}.`,
      );
    print(io, JSON.stringify(schema, null, 2));
    return 0;
  },
};
