import { createHash } from 'node:crypto';
import { loadDocument } from '@portolan/resources/manifests/load-document';
import { linesOf } from '@portolan/resources/manifests/pointer-lines';
import { isRecord } from '@portolan/resources/kinds/object';
import { z } from 'zod';
import { compileDocument } from './compile/compile-document.ts';
import type { CompiledDocument } from './compile/compiled.ts';

/** An OpenAPI document as it is kept and passed on: as text, so that nothing has to be read twice. */
export interface OpenApiDocument {
  readonly json: string;
  /** Lower-case hex, of `json`. */
  readonly sha256: string;
  readonly compiled: CompiledDocument;
}

const JSON_LENGTH_MAX = 16 * 1024 * 1024;
/** Schemas that a document may show, beside one for each character of it. */
const NODES_MIN = 5000;

// Only what distinguishes a document: validating all of it would take as long as parsing.
const marker = z.union([
  z.object({ openapi: z.string().regex(/^3\./) }),
  z.object({ swagger: z.literal('2.0') }),
]);

/** Parses JSON or YAML, checks that it is an OpenAPI document and compiles it. @throws Error naming what is wrong with the text. */
export function normaliseDocument(text: string): OpenApiDocument {
  let value: unknown;
  try {
    value = loadDocument(text);
  } catch (error) {
    throw new Error(`cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  if (!isRecord(value) || !marker.safeParse(value).success)
    throw new Error('is not an OpenAPI document: it needs "openapi: 3.x" or "swagger: 2.0"');
  const json = textOf(value);
  if (json.length > JSON_LENGTH_MAX) throw new Error('unfolds to more than 16 MiB');
  const compiled = compileDocument(value, {
    locate: (pointers) => linesOf(text, pointers),
    nodesMax: NODES_MIN + text.length,
  });
  return { json, sha256: createHash('sha256').update(json).digest('hex'), compiled };
}

function textOf(value: object): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) throw new Error('is nested too deeply', { cause: error });
    throw error;
  }
}
