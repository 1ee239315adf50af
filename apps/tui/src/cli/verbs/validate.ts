import type { Problem } from '@portolan/resources/problem';
import { generationFlag, kustomizeFlag } from '../flags.ts';
import { safeText } from '@portolan/console/safe-text';
import { print, tell, type Io } from '../../terminal/io.ts';
import { validateManifests, type ValidationResult } from '../validate-manifests.ts';
import { generationOf, manifestSources, readValues } from '../manifest-files.ts';
import type { Verb } from '../verb.ts';
import { printDocument } from '../result.ts';

/** From so many objects on, the time they took says something. */
const MANY = 1_000;

export const validateVerb: Verb = {
  usage: '[-f FILE|DIR|-]…\n-k DIR',
  details: `Every error of every object of ours, as a Kubernetes API server would put it. Warnings of what does not fit
together go to standard error. Exit code 0: all valid, 1: some are not, 2: something could not be read.`,
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
      help: 'manifests; a directory is read recursively, "-" is standard input',
    },
    ...kustomizeFlag,
    output: {
      type: 'string',
      short: 'o',
      value: 'FORMAT',
      choices: ['text', 'json', 'yaml'],
      help: 'text, json or yaml',
    },
    namespace: {
      type: 'string',
      short: 'n',
      value: 'NAMESPACE',
      help: 'namespace of objects without one, as in kubectl; required for them otherwise',
    },
    ...generationFlag,
  },
  async run(args, io) {
    const sources = manifestSources(args, args.words);
    const started = performance.now();
    const namespace = args.text('namespace');
    const { results, warnings } = validateManifests(await readValues(sources, io), {
      generation: generationOf(args.text('generation')),
      ...(namespace === undefined ? {} : { namespace }),
    });
    if (!printDocument(io, args, results)) showText(io, results, performance.now() - started);
    for (const warning of warnings)
      tell(
        io,
        safeText(
          `warning: ${placeOf(warning)}${warning.message}${warning.fix === undefined ? '' : ` (${warning.fix})`}`,
        ),
      );
    if (results.some(lacksNamespace))
      tell(io, 'Some objects have no namespace: pass the one they will be applied to with -n NAMESPACE.');
    return results.every((one) => one.valid) ? 0 : 1;
  },
};

function lacksNamespace({ errors }: ValidationResult): boolean {
  return errors.some(({ field, message }) => field === 'metadata.namespace' && message === 'Required value');
}

function showText(io: Io, results: readonly ValidationResult[], ms: number): void {
  for (const verdict of results) {
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
  const bad = results.filter((one) => !one.valid).length;
  const count = results.length;
  const verdict = bad === 0 ? `${count} objects, all valid.` : `${bad} of ${count} objects are not valid.`;
  const rate = Math.round((count / ms) * 1000);
  tell(io, count < MANY ? verdict : `${verdict} Took ${(ms / 1000).toFixed(1)} s (${rate} objects/s).`);
}

function placeOf(problem: Problem): string {
  const where = problem.file === undefined ? '' : `${problem.file}:${problem.line ?? 1}: `;
  const object = problem.kind === undefined ? '' : `${problem.kind} ${problem.name ?? ''}: `;
  return `${where}${object}${problem.field === undefined ? '' : `${problem.field}: `}`;
}
