import { OperationIndex, type Operation } from '@portolan/resources/decide/operations';
import type { DocumentIndex } from './compile/compiled.ts';
import type { FetchedDocument } from './documents.ts';
import type { OpenApiDocument } from './normalise.ts';

const indexes = new WeakMap<OpenApiDocument, OperationIndex>();

/** Returns the operation of a fetched document that a request asks for; `path` is relative to the API. */
export function findOperationIn(
  { document }: FetchedDocument,
  method: string,
  path: string,
): Operation | null {
  let index = indexes.get(document);
  if (index === undefined) {
    index = indexOf(document);
    indexes.set(document, index);
  }
  return index.find(method, path);
}

function indexOf({ compiled }: OpenApiDocument): OperationIndex {
  const { operations, basePath } = JSON.parse(compiled.index) as DocumentIndex;
  return new OperationIndex(
    operations.map(({ id, method, path }) => ({ operationId: id, method, path })),
    [basePath],
  );
}
