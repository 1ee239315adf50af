import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Returns the credential of one broker, `ID.MAC`, derived from the platform's broker secret. A broker that has only its own
 * credential cannot derive another's.
 */
export function brokerCredential(secret: string, id: string): string {
  return `${id}.${macOf(secret, `broker ${id}`)}`;
}

/**
 * Returns the credential that broker `from` presents to a peer, derived from the peer's credential; the platform gives it to
 * `from` only.
 */
export function peerCredential(credentialOfPeer: string, from: string): string {
  return `${from}.${macOf(credentialOfPeer, `peer ${from}`)}`;
}

/** Returns the broker id in a credential; null for a text that is not a credential, such as the broker secret itself. */
export function claimedId(credential: string): string | null {
  return /^([a-z0-9-]+)\.[\w-]+$/.exec(credential)?.[1] ?? null;
}

/** Compares two texts in constant time. */
export function isSameText(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function macOf(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
