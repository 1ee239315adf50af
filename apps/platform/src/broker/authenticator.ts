import { createHash } from 'node:crypto';
import { authenticateResponse } from '@portolan/contract/broker-link';
import type { Remembered } from './memory.ts';
import { PlatformRefusal, type PlatformClient } from './platform-client.ts';
import type { TunnelIdentity } from './sessions.ts';

export type Verdict =
  | { readonly identity: TunnelIdentity }
  | { readonly status: 401 | 403 | 409 | 503; readonly code: string; readonly message: string };

const TIMEOUT_MS = 5_000;
const KNOWN_MAX = 100_000;

interface Known {
  readonly identity: TunnelIdentity;
  /** When the platform last said so. */
  readonly at: number;
}

/** Asks the platform who an agent is; while it is away, what it last said holds, so that agents can come back. */
export class Authenticator {
  readonly #client: PlatformClient;
  readonly #brokerId: string;
  readonly #onChange: () => void;
  /** By SHA-256 of token and tunnel: no token is kept. In order of use. */
  readonly #known = new Map<string, Known>();

  constructor(client: PlatformClient, brokerId: string, onChange: () => void) {
    this.#client = client;
    this.#onChange = onChange;
    this.#brokerId = brokerId;
  }

  async check(token: string, tunnelId: string): Promise<Verdict> {
    const key = createHash('sha256').update(`${tunnelId}\n${token}`).digest('base64');
    try {
      const response = await this.#client.call({
        method: 'POST',
        path: `/${this.#brokerId}/authenticate`,
        body: { token, tunnelId },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const identity = authenticateResponse.parse(await response.json());
      this.#remember(key, identity);
      return { identity };
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) {
        if (this.#known.delete(key)) this.#onChange();
        return refusal;
      }
      const known = this.#known.get(key);
      if (known) return { identity: known.identity };
      return {
        status: 503,
        code: 'unavailable',
        message: 'The platform is away, and this broker has not met this agent before.',
      };
    }
  }

  /** The platform revoked a token. */
  forget(tokenId: string): void {
    for (const [key, { identity }] of this.#known) {
      if (identity.tokenId === tokenId) this.#known.delete(key);
    }
    this.#onChange();
  }

  /** Everyone known, for `restore` after a restart. */
  list(): Remembered['agents'] {
    return Array.from(this.#known, ([key, known]) => ({ key, ...known }));
  }

  restore(agents: Remembered['agents']): void {
    for (const { key, ...known } of agents) this.#known.set(key, known);
  }

  #remember(key: string, identity: TunnelIdentity): void {
    this.#known.delete(key);
    this.#known.set(key, { identity, at: Date.now() });
    const oldest = this.#known.keys().next();
    if (this.#known.size > KNOWN_MAX && !oldest.done) this.#known.delete(oldest.value);
    this.#onChange();
  }
}

function refusalOf(error: unknown): Verdict | null {
  if (!(error instanceof PlatformRefusal)) return null;
  const { status, message, code = 'invalid-token' } = error;
  return status === 401 || status === 403 || status === 409 ? { status, code, message } : null;
}
