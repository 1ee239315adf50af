import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '@portolan/resources/problem';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import { documentProblems } from './document-problems.ts';
import type { DocumentSource } from './document-source.ts';
import { fetchDocument } from './fetch-document.ts';
import type { OpenApiDocument } from './normalise.ts';

/** A document that was fetched. */
export interface FetchedDocument {
  readonly document: OpenApiDocument;
  readonly fetchedAt: Date;
  /** It could not be fetched again since. */
  readonly isStale: boolean;
}

export interface DocumentsOptions {
  readonly logger: Logger;
  /** Called after each fetch that changed something. */
  readonly onChange: () => void;
  readonly refreshMs?: number;
}

interface Entry {
  /** Its origins follow the endpoints of the Service. */
  source: DocumentSource;
  readonly place: string;
  readonly abort: AbortController;
  document: OpenApiDocument | null;
  /** When the document was last fetched; null if never. */
  fetchedAt: Date | null;
  problem: Problem | null;
  /** What is wrong inside the document. */
  faults: readonly Problem[];
  timer: NodeJS.Timeout | undefined;
}

const REFRESH_MS = 10 * 60_000;

/** The OpenAPI documents of the APIs being served; one that cannot be fetched again stays as it last was. */
export class OpenApiDocuments {
  readonly #options: DocumentsOptions;
  #entries = new Map<string, Entry>();
  /** Thousands of APIs may appear at once. */
  readonly #fetches = pLimit(8);

  constructor(options: DocumentsOptions) {
    this.#options = options;
  }

  /** Replaces the list of sources; those that did not change are left alone. */
  want(sources: readonly DocumentSource[]): void {
    const next = new Map<string, Entry>();
    for (const source of sources) {
      const place = placeOf(source);
      const known = this.#entries.get(source.key);
      next.set(source.key, known?.place === place ? this.#goOn(known, source) : this.#begin(source, place));
    }
    for (const [key, entry] of this.#entries) if (next.get(key) !== entry) end(entry);
    this.#entries = next;
  }

  /** By the key of the API or APIVersion; null for those that could not be fetched yet. */
  get documents(): ReadonlyMap<string, OpenApiDocument | null> {
    return new Map([...this.#entries].map(([key, { document }]) => [key, document]));
  }

  get problems(): readonly Problem[] {
    return [...this.#entries.values()].flatMap(({ problem, faults }) =>
      problem === null ? faults : [problem, ...faults],
    );
  }

  /** Returns the document of an API or APIVersion as it last was; null where none could be fetched yet or none is named. */
  find(key: string): FetchedDocument | null {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.document === null || entry.fetchedAt === null) return null;
    return { document: entry.document, fetchedAt: entry.fetchedAt, isStale: entry.problem !== null };
  }

  close(): void {
    for (const entry of this.#entries.values()) end(entry);
    this.#entries.clear();
  }

  /** Other endpoints serve the same document, which is fetched again only if it failed before. */
  #goOn(entry: Entry, source: DocumentSource): Entry {
    const haveEndpointsChanged = !isDeepStrictEqual(entry.source.location, source.location);
    entry.source = source;
    if (haveEndpointsChanged && entry.problem !== null && entry.timer !== undefined) this.#enqueue(entry);
    return entry;
  }

  #begin(source: DocumentSource, place: string): Entry {
    const entry: Entry = {
      source,
      place,
      abort: new AbortController(),
      document: null,
      fetchedAt: null,
      problem: null,
      faults: [],
      timer: undefined,
    };
    this.#enqueue(entry);
    return entry;
  }

  #enqueue(entry: Entry): void {
    clearTimeout(entry.timer);
    entry.timer = undefined;
    void this.#fetches(() => (entry.abort.signal.aborted ? undefined : this.#refresh(entry)));
  }

  async #refresh(entry: Entry): Promise<void> {
    const before = { document: entry.document, problem: entry.problem };
    try {
      const document = await this.#fetch(entry);
      if (document.sha256 !== entry.document?.sha256) {
        entry.document = document;
        entry.faults = documentProblems(entry.source, document);
      }
      entry.fetchedAt = new Date();
      entry.problem = null;
    } catch (error) {
      const problem = problemOf(entry.source, error);
      if (!isDeepStrictEqual(problem, entry.problem)) entry.problem = problem;
    }
    if (entry.abort.signal.aborted) return;
    if (entry.problem !== null && entry.problem !== before.problem)
      this.#options.logger.warn(
        { event: 'openapi.failed', object: entry.source.key, reason: entry.problem.message },
        'OpenAPI document cannot be fetched',
      );
    entry.timer = setTimeout(() => this.#enqueue(entry), this.#options.refreshMs ?? REFRESH_MS).unref();
    if (entry.document !== before.document || entry.problem !== before.problem) this.#options.onChange();
  }

  async #fetch({ source: { location, isRemote }, abort }: Entry): Promise<OpenApiDocument> {
    const options = { allowsLoopback: !isRemote, signal: abort.signal };
    if (location.kind === 'url') return fetchDocument(location.url, options);
    const [origin] = location.origins;
    if (origin === undefined) throw new Error('the Service has no ready endpoint');
    return fetchDocument(new URL(location.path, origin).href, options);
  }
}

/** Returns what makes it another document; the endpoint does not. */
function placeOf({ location, isRemote }: DocumentSource): string {
  const reach = isRemote ? 'remote' : 'any';
  return location.kind === 'url' ? `${reach} url ${location.url}` : `${reach} path ${location.path}`;
}

function end(entry: Entry): void {
  entry.abort.abort();
  clearTimeout(entry.timer);
}

function problemOf({ kind, namespace, name, location }: DocumentSource, error: unknown): Problem {
  const where = location.kind === 'url' ? location.url : location.path;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return {
    code: 'openapi-unavailable',
    severity: 'warning',
    kind,
    namespace,
    name,
    field: location.kind === 'url' ? 'spec.service.openApiSpec.url' : 'spec.service.openApiSpec.path',
    message: `the OpenAPI document at ${where} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
    fix: 'check that the address returns an OpenAPI document in JSON or YAML and can be reached from the agent',
  };
}
