import { BROKERS_PATH } from '@portolan/contract/broker-link';
import { errorBody, type ErrorCode } from '@portolan/contract/errors';

/** The platform answered, and the answer is no. */
export class PlatformRefusal extends Error {
  override readonly name = 'PlatformRefusal';
  readonly status: number;
  readonly code: ErrorCode | undefined;

  constructor(status: number, message: string, code?: ErrorCode) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface PlatformRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below `BROKERS_PATH`. */
  readonly path: string;
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

/** Calls of a broker to the platform, under the broker secret. */
export class PlatformClient {
  readonly #base: URL;
  readonly #secret: string;

  constructor(platformUrl: string, secret: string) {
    this.#base = new URL(platformUrl);
    this.#secret = secret;
  }

  /** Answers the response of a call that was accepted. Throws `PlatformRefusal`, or what the network says. */
  async call({ method, path, body, signal }: PlatformRequest): Promise<Response> {
    const response = await fetch(new URL(`${BROKERS_PATH}${path}`, this.#base), {
      method,
      signal,
      redirect: 'error',
      headers: { authorization: `Bearer ${this.#secret}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.ok) return response;
    const refusal = errorBody.safeParse(await response.json().catch(() => null));
    const error = refusal.data?.error;
    throw new PlatformRefusal(
      response.status,
      error?.message ?? `The platform answered ${response.status}.`,
      error?.code,
    );
  }
}
