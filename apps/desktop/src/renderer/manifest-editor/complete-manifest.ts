import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { Schema } from '@portolan/resources/crds/custom-resource-definition';
import { apiVersionOf, GENERATIONS, listKinds } from '@portolan/resources/kinds/registry';
import { schemaAt, schemaOfKind, typeWords } from './schema-at.ts';
import { placeAt, type YamlPlace } from './yaml-path.ts';

/** Completes keys, allowed values and kinds from the CRDs; null where they say nothing. */
export function completeManifest(context: CompletionContext): CompletionResult | null {
  const place = placeAt(context.state.doc.toString(), context.pos);
  const word = context.matchBefore(/[\w./-]*/);
  if (word === null || (word.from === word.to && !context.explicit && place.key === null)) return null;
  const options = place.key === null ? keyOptions(place) : valueOptions(place, place.key);
  return options.length === 0 ? null : { from: word.from, options: [...options], validFor: /^[\w./-]*$/ };
}

const ROOT: readonly Completion[] = [
  { label: 'apiVersion', apply: 'apiVersion: ' },
  { label: 'kind', apply: 'kind: ' },
  { label: 'metadata', apply: 'metadata:\n  name: ' },
  { label: 'spec', apply: 'spec:\n  ' },
];
const METADATA: readonly Completion[] = [
  { label: 'name', apply: 'name: ' },
  { label: 'namespace', apply: 'namespace: ' },
  { label: 'labels', apply: 'labels:\n    ' },
  { label: 'annotations', apply: 'annotations:\n    ' },
];

function keyOptions({ path, siblings, apiVersion, kind }: YamlPlace): readonly Completion[] {
  const own = path.length === 0 ? ROOT : path.length === 1 && path[0] === 'metadata' ? METADATA : null;
  const options = own ?? schemaOptions(schemaOfKind(apiVersion, kind), path);
  return options.filter(({ label }) => !siblings.has(label));
}

function schemaOptions(root: Schema | null, path: readonly string[]): readonly Completion[] {
  const schema = root === null ? null : schemaAt(root, path);
  const required = new Set(schema?.required);
  return Object.entries(schema?.properties ?? {}).map(([label, each]) => ({
    label,
    apply: each.type === 'object' || each.type === 'array' ? `${label}:` : `${label}: `,
    detail: `${typeWords(each)}${required.has(label) ? ', required' : ''}`,
    ...(each.description === undefined ? {} : { info: each.description }),
    boost: required.has(label) ? 1 : 0,
  }));
}

function valueOptions({ path, apiVersion, kind }: YamlPlace, key: string): readonly Completion[] {
  if (path.length === 0 && key === 'kind') return kindOptions(apiVersion);
  if (path.length === 0 && key === 'apiVersion') return apiVersionOptions(kind);
  const root = schemaOfKind(apiVersion, kind);
  const schema = root === null ? null : schemaAt(root, [...path, key]);
  if (schema?.type === 'boolean') return [{ label: 'true' }, { label: 'false' }];
  return (schema?.enum ?? []).map((value) => ({ label: String(value) }));
}

function kindOptions(apiVersion: string): readonly Completion[] {
  const all = GENERATIONS.flatMap((generation) => listKinds(generation));
  const fitting = all.filter((info) => apiVersion === '' || apiVersionOf(info) === apiVersion);
  const found = new Map(fitting.map((info) => [info.kind, apiVersionOf(info)]));
  return [...found].map(([label, detail]) => ({ label, detail }));
}

function apiVersionOptions(kind: string): readonly Completion[] {
  const all = GENERATIONS.flatMap((generation) => listKinds(generation));
  const fitting = all.filter((info) => kind === '' || info.kind === kind);
  return [...new Set(fitting.map(apiVersionOf))].map((label) => ({ label }));
}
