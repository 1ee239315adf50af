/** Worker thread that filters one document. */
import { parentPort, workerData } from 'node:worker_threads';
import { filterDocument, type DocumentFilter } from './filter-document.ts';

const { json, filter } = workerData as { readonly json: string; readonly filter: DocumentFilter };
parentPort?.postMessage(filterDocument(json, filter), []);
