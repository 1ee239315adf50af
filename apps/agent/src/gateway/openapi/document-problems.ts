import type { Problem } from '@portolan/resources/problem';
import type { DocumentIndex } from './compile/compiled.ts';
import type { DocumentSource } from './document-source.ts';
import type { OpenApiDocument } from './normalise.ts';

/** A document that is wrong everywhere is named by its first faults. */
const REPORTED_MAX = 20;

/** Returns what is wrong inside a document as problems of the object that names it, each with its path, line and rule. */
export function documentProblems(
  { kind, namespace, name, location }: DocumentSource,
  { compiled }: OpenApiDocument,
): Problem[] {
  const { faults } = JSON.parse(compiled.index) as DocumentIndex;
  return faults.slice(0, REPORTED_MAX).map(({ pointer, line, rule, message, fix }) => ({
    code: 'openapi-incomplete',
    severity: 'warning',
    kind,
    namespace,
    name,
    field: location.kind === 'url' ? 'spec.service.openApiSpec.url' : 'spec.service.openApiSpec.path',
    file: location.kind === 'url' ? location.url : location.path,
    ...(line === null ? {} : { line }),
    message: `${rule} in the OpenAPI document at ${pointer || '/'}${line === null ? '' : `, line ${line}`}: ${message}`,
    fix,
  }));
}
