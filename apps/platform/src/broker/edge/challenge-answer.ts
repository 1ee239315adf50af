import type { EdgeRouter } from './edge-target.ts';
import type { RequestHead } from './message-head.ts';

// RFC 8555 §8.3: tokens are of the base64url alphabet, so that no path but the exact one matches.
const PATH = /^\/\.well-known\/acme-challenge\/([A-Za-z0-9_-]{1,500})$/;

/**
 * Returns the response to a validation request of an authority, which is answered here and never redirected; null for any other
 * request, which goes where its host leads.
 */
export function challengeAnswer(
  { method, target, host }: RequestHead,
  router: Pick<EdgeRouter, 'findChallenge'>,
): Buffer | null {
  if (method !== 'GET' && method !== 'HEAD') return null;
  const token = PATH.exec(target)?.[1];
  const answer = token === undefined ? null : router.findChallenge(host, token);
  if (answer === null) return null;
  return Buffer.from(
    [
      'HTTP/1.1 200 OK',
      'Content-Type: application/octet-stream',
      `Content-Length: ${Buffer.byteLength(answer)}`,
      'Cache-Control: no-store',
      'Connection: close',
      '',
      answer,
    ].join('\r\n'),
  );
}
