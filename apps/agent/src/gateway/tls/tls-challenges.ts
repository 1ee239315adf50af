import { createSecureContext, type SecureContext } from 'node:tls';

/** A certificate that answers a TLS-ALPN-01 challenge (RFC 8737 §3), with its key, in PEM. */
export interface ChallengeCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Responses to pending challenges, by host. */
export class TlsChallenges {
  #contexts: ReadonlyMap<string, SecureContext> = new Map();

  replace(challenges: ReadonlyMap<string, ChallengeCertificate>): void {
    this.#contexts = new Map(
      Array.from(challenges, ([host, { cert, key }]) => [host, createSecureContext({ cert, key })] as const),
    );
  }

  /** Returns what a handshake for a name is made with; null when no challenge is pending for exactly that name. */
  find(serverName: string): SecureContext | null {
    return this.#contexts.get(serverName.toLowerCase()) ?? null;
  }
}
