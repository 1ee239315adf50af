import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Returns the credential of one broker, `ID.MAC`. It is made from the platform's broker secret and proves one identity:
 * a broker that holds only its own can neither make nor show another's.
 */
export function brokerCredential(secret: string, id: string): string {
  return `${id}.${macOf(secret, `broker ${id}`)}`;
}

/** Returns what broker `from` shows to a peer, made from that peer's credential: the platform gives it to `from` alone. */
export function peerCredential(credentialOfPeer: string, from: string): string {
  return `${from}.${macOf(credentialOfPeer, `peer ${from}`)}`;
}

/** Returns the identity that a credential claims; null for a text without one, such as the broker secret itself. */
export function claimedId(credential: string): string | null {
  return /^([a-z0-9-]+)\.[\w-]+$/.exec(credential)?.[1] ?? null;
}

/** Compares in a time that depends on neither text. */
export function isSameText(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function macOf(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
