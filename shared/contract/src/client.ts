import { errorBody, type ErrorCode } from './errors.ts';
import type { RouteDefinition, RouteInput, RouteOutput } from './route.ts';

/** A refusal of the platform, or of the way to it (`unavailable`). */
export class PlatformError extends Error {
  override readonly name = 'PlatformError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly fix: string | undefined;
  readonly fields: readonly { field: string; message: string }[];
  readonly id: string | undefined;
  readonly details: unknown;

  constructor(
    error: {
      code: ErrorCode;
      message: string;
      fix?: string | undefined;
      id?: string | undefined;
      details?: unknown;
      cause?: unknown;
    },
    status: number,
    fields: readonly { field: string; message: string }[] = [],
  ) {
    super(error.message, { cause: error.cause });
    this.code = error.code;
    this.status = status;
    this.fix = error.fix;
    this.id = error.id;
    this.details = error.details;
    this.fields = fields;
  }
}

export interface ClientOptions {
  /** Origin of the platform, e.g. `http://127.0.0.1:4400`. */
  readonly baseUrl: string;
  readonly token?: string | undefined;
  /** Tells the audit where a change came from: `terminal`, `cli`, `desktop`, `web`. */
  readonly origin?: string;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

export interface Client {
  readonly options: ClientOptions;
  /** Calls a route; answers its parsed response or throws `PlatformError`. */
  call<R extends RouteDefinition>(
    route: R,
    input: RouteInput<R>,
    signal?: AbortSignal,
  ): Promise<RouteOutput<R>>;
  /** Calls a route whose response is a stream; returns its body, or throws `PlatformError`. */
  open<R extends RouteDefinition>(
    route: R,
    input: RouteInput<R>,
    signal?: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>>;
}

/** Typed client over the same route definitions the platform serves. */
export function createClient(options: ClientOptions): Client {
  const respond = async (route: RouteDefinition, input: object, signal?: AbortSignal): Promise<Response> => {
    const response = await (options.fetch ?? fetch)(...requestOf(options, route, input, signal)).catch(
      (cause: unknown) => {
        if (signal?.aborted || cause instanceof PlatformError) throw cause;
        throw unreachable(options.baseUrl, cause);
      },
    );
    if (!response.ok) throw await refusal(response);
    return response;
  };
  return {
    options,
    async call(route, input, signal) {
      const response = await respond(route, input as object, signal);
      if (!route.response) {
        await response.body?.cancel();
        return undefined as RouteOutput<typeof route>;
      }
      return route.response.parse(await response.json()) as RouteOutput<typeof route>;
    },
    async open(route, input, signal) {
      return (await respond(route, input as object, signal)).body ?? new ReadableStream<Uint8Array>();
    },
  };
}

function requestOf(
  { baseUrl, token, origin }: ClientOptions,
  route: RouteDefinition,
  input: { readonly params?: object; readonly query?: object; readonly body?: unknown },
  signal: AbortSignal | undefined,
): [string, RequestInit] {
  const { params, query, body } = input;
  const headers = new Headers({ accept: route.stream ?? 'application/json' });
  if (token) headers.set('authorization', `Bearer ${token}`);
  if (origin) headers.set('portolan-origin', origin);
  if (body !== undefined) headers.set('content-type', 'application/json');
  const url = baseUrl.replace(/\/$/, '') + pathOf(route.path, params ?? {}) + queryOf(query ?? {});
  const init: RequestInit = { method: route.method, headers };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (signal) init.signal = signal;
  return [url, init];
}

function pathOf(template: string, params: object): string {
  const values = new Map(Object.entries(params));
  return template.replace(/\{(\w+)\}/g, (_, key: string) =>
    encodeURIComponent(String(values.get(key) ?? '')),
  );
}

function queryOf(query: object): string {
  const pairs = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) pairs.set(key, String(value));
  }
  return pairs.size === 0 ? '' : `?${pairs.toString()}`;
}

/** The error of a request that got no answer at all. */
export function unreachable(baseUrl: string, cause: unknown): PlatformError {
  const why =
    cause instanceof Error
      ? cause.cause instanceof Error
        ? cause.cause.message
        : cause.message
      : String(cause);
  return new PlatformError(
    {
      code: 'unavailable',
      message: `The platform at ${baseUrl} does not answer: ${why}.`,
      fix: 'Check the address and that the platform is running (`portolan up`).',
      cause,
    },
    503,
  );
}

async function refusal(response: Response): Promise<PlatformError> {
  const text = await response.text();
  try {
    const { error } = errorBody.parse(JSON.parse(text));
    return new PlatformError(error, response.status, error.fields);
  } catch {
    return new PlatformError(
      {
        code: response.status >= 500 ? 'unavailable' : 'invalid-request',
        message: `The platform answered ${response.status} ${response.statusText}.`,
        fix: 'Check that the address is that of a Portolan platform.',
      },
      response.status,
    );
  }
}
