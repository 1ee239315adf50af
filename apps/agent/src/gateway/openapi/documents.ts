import type { Problem } from '@portolan/resources/problem';
import type { Logger } from 'pino';
import { fetchDocument, type OpenApiDocument } from './fetch-document.ts';

/** Where the OpenAPI document of an API or APIVersion is found. */
export interface DocumentSource {
  /** `objectKey` of the API or APIVersion. */
  readonly key: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly location:
    | { readonly kind: 'url'; readonly url: string }
    /** A path on the object's Service, whose endpoints are given as origins (`http://10.0.0.7:8080`). */
    | { readonly kind: 'service'; readonly origins: readonly string[]; readonly path: string };
}

export interface DocumentsOptions {
  readonly logger: Logger;
  /** Called after each fetch that changed something. */
  readonly onChange: () => void;
  /** Manifests of a directory may point at this machine; those of a cluster may not. */
  readonly allowsLoopback: boolean;
  readonly refreshMs?: number;
}

interface Entry {
  readonly source: DocumentSource;
  readonly fingerprint: string;
  readonly abort: AbortController;
  document: OpenApiDocument | null;
  problem: Problem | null;
  timer: NodeJS.Timeout | undefined;
}

const REFRESH_MS = 10 * 60_000;

/** Keeps the OpenAPI documents of the APIs being served; a document that cannot be had again stays as it last was. */
export class OpenApiDocuments {
  readonly #options: DocumentsOptions;
  #entries = new Map<string, Entry>();

  constructor(options: DocumentsOptions) {
    this.#options = options;
  }

  /** The full list of sources; those that did not change are left alone. */
  want(sources: readonly DocumentSource[]): void {
    const next = new Map<string, Entry>();
    for (const source of sources) {
      const fingerprint = JSON.stringify(source.location);
      const known = this.#entries.get(source.key);
      next.set(source.key, known?.fingerprint === fingerprint ? known : this.#begin(source, fingerprint));
    }
    for (const [key, entry] of this.#entries) if (next.get(key) !== entry) end(entry);
    this.#entries = next;
  }

  /** By the key of the API or APIVersion. */
  get documents(): ReadonlyMap<string, OpenApiDocument> {
    const documents = new Map<string, OpenApiDocument>();
    for (const [key, { document }] of this.#entries) if (document !== null) documents.set(key, document);
    return documents;
  }

  get problems(): readonly Problem[] {
    return [...this.#entries.values()].flatMap(({ problem }) => (problem === null ? [] : [problem]));
  }

  close(): void {
    for (const entry of this.#entries.values()) end(entry);
    this.#entries.clear();
  }

  #begin(source: DocumentSource, fingerprint: string): Entry {
    const entry: Entry = {
      source,
      fingerprint,
      abort: new AbortController(),
      document: null,
      problem: null,
      timer: undefined,
    };
    void this.#refresh(entry);
    return entry;
  }

  async #refresh(entry: Entry): Promise<void> {
    const before = JSON.stringify([entry.document, entry.problem]);
    try {
      entry.document = await this.#fetch(entry);
      entry.problem = null;
    } catch (error) {
      entry.problem = problemOf(entry.source, error);
    }
    if (entry.abort.signal.aborted) return;
    if (entry.problem !== null)
      this.#options.logger.warn(
        { event: 'openapi.failed', object: entry.source.key, reason: entry.problem.message },
        'OpenAPI document cannot be had',
      );
    entry.timer = setTimeout(() => void this.#refresh(entry), this.#options.refreshMs ?? REFRESH_MS).unref();
    if (JSON.stringify([entry.document, entry.problem]) !== before) this.#options.onChange();
  }

  async #fetch({ source: { location }, abort }: Entry): Promise<OpenApiDocument> {
    const options = { allowsLoopback: this.#options.allowsLoopback, signal: abort.signal };
    if (location.kind === 'url') return fetchDocument(location.url, options);
    const [origin] = location.origins;
    if (origin === undefined) throw new Error('the Service has no ready endpoint');
    return fetchDocument(new URL(location.path, origin).href, options);
  }
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
    fix: 'check that the address answers with an OpenAPI document in JSON or YAML and can be reached from the agent',
  };
}
