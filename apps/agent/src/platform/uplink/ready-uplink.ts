import type { Uplink, UplinkRequest, UplinkResponse } from './uplink.ts';

/** Lets requests wait for a live tunnel, until their signal aborts, instead of failing over and over while there is none. */
export class ReadyUplink implements Uplink {
  readonly #way: Uplink & { readonly isReady: boolean };
  #waiting: (() => void)[] = [];

  constructor(way: Uplink & { readonly isReady: boolean }) {
    this.#way = way;
  }

  /** A tunnel came up. */
  proceed(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }

  async request(request: UplinkRequest): Promise<UplinkResponse> {
    const { signal } = request;
    while (!this.#way.isReady) {
      signal.throwIfAborted();
      await this.#nextUp(signal);
    }
    return this.#way.request(request);
  }

  #nextUp(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const resume = (): void => {
        signal.removeEventListener('abort', refuse);
        resolve();
      };
      const refuse = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== resume);
        reject(new Error('no tunnel to the platform is live', { cause: signal.reason }));
      };
      signal.addEventListener('abort', refuse, { once: true });
      this.#waiting.push(resume);
    });
  }
}
