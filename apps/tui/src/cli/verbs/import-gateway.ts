import { writeFile } from 'node:fs/promises';
import { counted } from '@portolan/console/kinds/format';
import { Failure, usageFailure } from '@portolan/console/failure';
import { safeText } from '@portolan/console/safe-text';
import {
  importConfiguration,
  secretObject,
  type ImportedProduct,
  type ImportResult,
} from '@portolan/resources/import/import-configuration';
import type { Loss } from '@portolan/resources/import/losses';
import type { NeededSecret } from '@portolan/resources/import/manifest-writer';
import { print, tell, type Io } from '../../terminal/io.ts';
import { readValues } from '../manifest-files.ts';
import { formatObjects, writeObjects } from '../object-files.ts';
import type { Verb } from '../verb.ts';

const EFFECTS: Readonly<Record<Loss['effect'], string>> = {
  withheld: 'left out, since serving it otherwise would let more requests through',
  changed: 'served, but not the same',
  ignored: 'without effect here',
};

interface Product {
  readonly product: ImportedProduct;
  readonly files: string;
  readonly examples: readonly string[];
}

/** Returns the verb that imports the configuration of a product. */
function importVerbOf({ product, files, examples }: Product): Verb {
  return {
    usage: 'FILE|DIR|-…',
    details: `Writes manifests that serve what ${files} says, and names on standard error each part that they do not say as it did, with its
place in the source. Nothing is served with less protection than before: a route whose restrictions cannot be kept is left out.
API keys are written as hashes; other secrets are referred to, and written with --secrets alone. See docs/import.md.`,
    examples,
    complete: ['files'],
    flags: {
      generation: {
        type: 'string',
        value: 'v2|v3',
        choices: ['v2', 'v3'],
        help: 'generation of the manifests; v3 by default',
      },
      namespace: {
        type: 'string',
        short: 'n',
        value: 'NAMESPACE',
        help: 'namespace of the objects; "default" by default',
      },
      'output-dir': {
        type: 'string',
        value: 'DIR',
        complete: 'files',
        help: 'write one file for each namespace into this directory, which must be empty',
      },
      secrets: {
        type: 'string',
        value: 'FILE',
        complete: 'files',
        help: 'write the Secrets with their values into this file, which only you can read',
      },
      report: {
        type: 'string',
        value: 'FILE',
        complete: 'files',
        help: 'write what is not kept into this file as JSON',
      },
      strict: { type: 'boolean', help: 'end with exit code 1 when a route or a credential is left out' },
    },
    async run(args, io) {
      if (args.words.length === 0)
        throw usageFailure('The configuration is missing.', `portolan import ${product} FILE`);
      const { values, problems } = await readValues({ paths: args.words }, io);
      const [problem] = problems.filter(({ severity }) => severity === 'error');
      if (problem !== undefined)
        throw new Failure(
          `${problem.file ?? ''}:${problem.line ?? 1}: ${problem.message}.`,
          'Correct it first.',
        );
      const result = importConfiguration(
        values.map(({ value, origin }) => ({ value, file: origin.file })),
        {
          product,
          generation: args.text('generation') === 'v2' ? 'v2' : 'v3',
          namespace: args.text('namespace') ?? 'default',
        },
      );
      await write(result, io, {
        directory: args.text('output-dir'),
        secrets: args.text('secrets'),
        report: args.text('report'),
      });
      return args.has('strict') && result.losses.some(({ effect }) => effect === 'withheld') ? 1 : 0;
    },
  };
}

interface Outputs {
  readonly directory: string | undefined;
  readonly secrets: string | undefined;
  readonly report: string | undefined;
}

async function write(result: ImportResult, io: Io, { directory, secrets, report }: Outputs): Promise<void> {
  const { objects, losses, problems } = result;
  if (directory === undefined) print(io, formatObjects(objects));
  else await writeObjects(directory, objects);
  if (secrets !== undefined)
    await writeFile(secrets, `${formatObjects(result.secrets.map(secretObject))}\n`, { mode: 0o600 });
  if (report !== undefined) await writeFile(report, `${JSON.stringify(losses, null, 2)}\n`);
  for (const { path, effect, message } of losses)
    tell(io, safeText(`${effect}: ${path === '' ? 'configuration' : path}: ${message}`));
  for (const { kind = '', name = '', field = '', message } of problems)
    tell(io, safeText(`warning: ${kind} ${name}: ${field === '' ? '' : `${field}: `}${message}`));
  for (const secret of result.secrets) tellSecret(io, secret, secrets !== undefined);
  tell(io, summaryOf(result));
}

/** How to make a Secret whose values are not in the manifests. */
function tellSecret(
  io: Io,
  { name, namespace, purpose, path, data }: NeededSecret,
  isWritten: boolean,
): void {
  const missing = Object.entries(data).filter(([, value]) => !isWritten || value === null);
  if (missing.length === 0) return;
  const literals = missing.map(([key]) => `--from-file=${key}=FILE`).join(' ');
  tell(io, safeText(`secret: ${namespace}/${name} is needed: ${purpose} (${path})`));
  tell(io, safeText(`  kubectl create secret generic ${name} -n ${namespace} ${literals}`));
}

function summaryOf({ objects, losses }: ImportResult): string {
  const counts = Object.entries(EFFECTS).flatMap(([effect, meaning]) => {
    const count = losses.filter((loss) => loss.effect === effect).length;
    return count === 0 ? [] : [`${count} ${effect} (${meaning})`];
  });
  const rest = counts.length === 0 ? 'nothing is lost' : counts.join(', ');
  return `Imported ${counted(objects.length, 'object')}; ${rest}.`;
}

export const importKongVerb = importVerbOf({
  product: 'kong',
  files: 'a declarative configuration of Kong (_format_version 3.0, as decK and DB-less mode have it)',
  examples: [
    'deck gateway dump -o kong.yaml && portolan import kong kong.yaml > manifests.yaml',
    'portolan import kong kong.yaml -n shop --output-dir manifests --secrets secrets.yaml',
  ],
});

export const importTykVerb = importVerbOf({
  product: 'tyk',
  files: 'API definitions of Tyk, classic ones and those of OpenAPI, with policies and keys,',
  examples: ['portolan import tyk apps/ policies/policies.json -n shop > manifests.yaml'],
});

export const importApisixVerb = importVerbOf({
  product: 'apisix',
  files: "the configuration of APISIX's stand-alone mode",
  examples: ['portolan import apisix conf/apisix.yaml -n shop > manifests.yaml'],
});

export const importTraefikVerb = importVerbOf({
  product: 'traefik',
  files: 'dynamic configuration of Traefik in YAML, or its objects in Kubernetes,',
  examples: [
    'portolan import traefik dynamic.yaml -n shop > manifests.yaml',
    'kubectl get ingressroutes,middlewares,services -A -o yaml | portolan import traefik -',
  ],
});
