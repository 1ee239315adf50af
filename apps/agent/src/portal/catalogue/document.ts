import type { DocumentIndex, NamedSchema, OperationSlice } from '../../gateway/openapi/compile/compiled.ts';
import type { FetchedDocument } from '../../gateway/openapi/documents.ts';
import type { OpenApiDocument } from '../../gateway/openapi/normalise.ts';

const indexes = new WeakMap<OpenApiDocument, DocumentIndex>();

/** Returns the index of a document, read once. */
export function documentIndex({ document }: FetchedDocument): DocumentIndex {
  let index = indexes.get(document);
  if (index === undefined) {
    index = JSON.parse(document.compiled.index) as DocumentIndex;
    indexes.set(document, index);
  }
  return index;
}

/** Returns one operation of a document, or null. */
export function operationSlice({ document }: FetchedDocument, id: string): OperationSlice | null {
  const json = document.compiled.operations.get(id);
  return json === undefined ? null : (JSON.parse(json) as OperationSlice);
}

/** Returns one named schema of a document, or null. */
export function namedSchema({ document }: FetchedDocument, id: string): NamedSchema | null {
  const json = document.compiled.schemas.get(id);
  return json === undefined ? null : (JSON.parse(json) as NamedSchema);
}
