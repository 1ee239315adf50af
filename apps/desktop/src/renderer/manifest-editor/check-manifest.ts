import { linesOf } from '@portolan/resources/manifests/pointer-lines';
import { loadManifests } from '@portolan/resources/manifests/load';
import { GENERATIONS, type Generation } from '@portolan/resources/kinds/registry';
import { validateObject, type Validation } from '@portolan/resources/validate/validate';
import type { KubernetesObject } from '@portolan/resources/kinds/object';

/** What is wrong at one line of a manifest, from 1. */
export interface ManifestFault {
  readonly line: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

const FAULTS_MAX = 100;

/** Returns everything that is wrong with manifests, by line, as the platform would refuse it. Never throws on any input. */
export function checkManifest(text: string, generation?: Generation): readonly ManifestFault[] {
  return documentsOf(text)
    .flatMap(({ text: own, line }) =>
      checkDocument(own, generation).map((fault) => ({ ...fault, line: fault.line + line - 1 })),
    )
    .slice(0, FAULTS_MAX);
}

/** A separator begins a document wherever it stands (YAML 1.2 section 9.1.2). */
function documentsOf(text: string): readonly { readonly text: string; readonly line: number }[] {
  const documents: { text: string; line: number }[] = [];
  let line = 1;
  for (const own of text.split(/^(?=---(?:[ \t\r\n]|$))/m)) {
    documents.push({ text: own, line });
    line += own.split('\n').length - 1;
  }
  return documents;
}

function checkDocument(text: string, generation: Generation | undefined): readonly ManifestFault[] {
  const { objects, problems } = loadManifests(text, '', generation === undefined ? {} : { generation });
  const [first] = objects;
  // Lists of objects are checked whole by the platform; an editor has one object in a document.
  const validation = first !== undefined && objects.length === 1 ? bestOf(first.object, generation) : null;
  const faults = problems.map(({ line = 1, severity, message, fix }) => ({
    line,
    severity,
    message: fix === undefined ? message : `${message} (${fix})`,
  }));
  return validation === null ? faults : [...faults, ...faultsOf(text, validation)];
}

/** An object whose generation is not known is what the generation says that has the least against it. */
function bestOf(object: KubernetesObject, generation: Generation | undefined): Validation {
  const [first, ...others] = (generation === undefined ? GENERATIONS : [generation]).map((each) =>
    validateObject(object, { generation: each }),
  );
  if (first === undefined) return validateObject(object);
  const count = ({ errors, unknownFields }: Validation) => errors.length + unknownFields.length;
  return others.reduce((best, each) => (count(each) < count(best) ? each : best), first);
}

function faultsOf(text: string, { errors, unknownFields }: Validation): readonly ManifestFault[] {
  const all = [...errors, ...unknownFields];
  const pointers = all.map(({ field }) => pointerOf(field));
  const lines = linesOf(text, pointers);
  return all.map(({ field, message }, at) => ({
    line: lines.get(pointers[at] ?? '') ?? 1,
    severity: 'error' as const,
    message: field === '' ? message : `${field}: ${message}`,
  }));
}

/** Returns the line of a field in a manifest, from 1; that of what is around it where there is no such field. */
export function lineOfField(text: string, field: string): number {
  const pointer = pointerOf(field);
  return linesOf(text, [pointer]).get(pointer) ?? 1;
}

/** `spec.apis[0].name` → `/spec/apis/0/name` (RFC 6901). */
function pointerOf(field: string): string {
  const steps = field.match(/[^.[\]]+/g) ?? [];
  return steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
