/** Worker thread that normalises one document. */
import { parentPort, workerData } from 'node:worker_threads';
import { normaliseDocument } from './normalise.ts';

function answer(text: string): object {
  try {
    return normaliseDocument(text);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.postMessage(answer(String(workerData)), []);
