import { errorBody } from '@portolan/contract/errors';
import type { Host } from '../host/host.ts';

/**
 * Holds back requests of an expired session until the person has signed in again, then repeats them: whatever was being typed or
 * saved goes on where it was.
 */
export class SignInGate {
  readonly #host: Host;
  readonly #listeners = new Set<() => void>();
  #closed: PromiseWithResolvers<void> | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Returns whether requests wait for a sign-in. */
  get isClosed(): boolean {
    return this.#closed !== null;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Lets waiting requests go on. */
  open(): void {
    this.#closed?.resolve();
    this.#closed = null;
    for (const listener of this.#listeners) listener();
  }

  fetch = async (url: string, init: RequestInit): Promise<Response> => {
    for (;;) {
      const response = await this.#host.fetch(url, init);
      if (!(await isSessionOver(response))) return response;
      await this.#wait(init.signal ?? null);
    }
  };

  async #wait(signal: AbortSignal | null): Promise<void> {
    if (this.#closed === null) {
      this.#closed = Promise.withResolvers();
      for (const listener of this.#listeners) listener();
    }
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await Promise.race([this.#closed.promise, aborted.promise]);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }
}

/** A wrong password is refused with the same status, but is no reason to sign in again. */
async function isSessionOver(response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  const body = errorBody.safeParse(
    await response
      .clone()
      .json()
      .catch(() => null),
  );
  return body.success && body.data.error.code === 'not-signed-in';
}
