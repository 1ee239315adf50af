import { DEFAULT_LIMITS, countUnfolded } from './load-limits.ts';
import { parseDocuments } from './yaml-documents.ts';

/** Reads one YAML or JSON document of any kind, as hostile as manifests may be. @throws Error saying what is wrong with it. */
export function loadDocument(text: string): unknown {
  // JSON is YAML too, but far quicker to read as what it is.
  if (text.trimStart().startsWith('{')) return JSON.parse(text);
  const { depthMax, unfoldedMax } = DEFAULT_LIMITS;
  const { documents, faults } = parseDocuments(text, { depthMax, faultsMax: 1 });
  const [fault] = faults;
  if (fault !== undefined) throw new Error(`line ${fault.line}: ${fault.reason}`);
  const [document, ...more] = documents;
  if (more.length > 0) throw new Error(`holds ${documents.length} documents instead of one`);
  if (document?.hasAliases === true && countUnfolded(document.value) > unfoldedMax)
    throw new Error(`aliases (*name) expand to more than ${unfoldedMax} values`);
  return document?.value;
}
