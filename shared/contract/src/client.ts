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
    },
    status: number,
    fields: readonly { field: string; message: string }[] = [],
  ) {
    super(error.message);
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
  readonly fetch?: typeof fetch;
}

export interface Client {
  readonly options: ClientOptions;
  /** Calls a route; answers its parsed response or throws `PlatformError`. */
  call<R extends RouteDefinition>(
    route: R,
    input: RouteInput<R>,
    signal?: AbortSignal,
  ): Promise<RouteOutput<R>>;
}

/** Typed client over the same route definitions the platform serves. */
export function createClient(options: ClientOptions): Client {
  const send = options.fetch ?? fetch;
  return {
    options,
    async call(route, input, signal) {
      const { params, query, body } = input as { params?: object; query?: object; body?: unknown };
      const headers = new Headers({ accept: 'application/json' });
      if (options.token) headers.set('authorization', `Bearer ${options.token}`);
      if (options.origin) headers.set('portolan-origin', options.origin);
      if (body !== undefined) headers.set('content-type', 'application/json');
      const url =
        options.baseUrl.replace(/\/$/, '') + pathOf(route.path, params ?? {}) + queryOf(query ?? {});
      const init: RequestInit = { method: route.method, headers };
      if (body !== undefined) init.body = JSON.stringify(body);
      if (signal) init.signal = signal;
      const response = await send(url, init).catch((cause: unknown) => {
        if (signal?.aborted) throw cause;
        throw unreachable(options.baseUrl, cause);
      });
      if (!response.ok) throw await refusal(response);
      if (!route.response) {
        await response.body?.cancel();
        return undefined as RouteOutput<typeof route>;
      }
      return route.response.parse(await response.json()) as RouteOutput<typeof route>;
    },
  };
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
