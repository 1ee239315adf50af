import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { limitServer } from '@portolan/process/server-limits';
import type { Generation } from '@portolan/resources/kinds/registry';
import { admissionReview, reviewAdmission } from './admission-review.ts';

const LIMITS = { connectionsMax: 500, connectionsPerAddressMax: 200 };
/** The API server accepts objects of 3 MiB; a review has the old one and the new one. */
const BODY_BYTES_MAX = 10 * 1024 * 1024;
const ADMISSION_PATH = '/validate';

export interface AdmissionServerOptions {
  readonly host: string;
  readonly port: number;
  readonly generation: Generation;
}

/**
 * Serves AdmissionReviews of the API server over TLS. Until it has a certificate (`Server.setSecureContext`) handshakes fail, which
 * API servers treat as the failure policy of the webhook says. Rejects when the port cannot be had.
 */
export async function startAdmissionServer({
  host,
  port,
  generation,
}: AdmissionServerOptions): Promise<Server> {
  const server = createServer({ minVersion: 'TLSv1.2' }, (request, response) => {
    const answer = (status: number, type: string, body: string): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(body);
    };
    if (request.method !== 'POST' || request.url?.split('?')[0] !== ADMISSION_PATH)
      return answer(404, 'text/plain', `here is POST ${ADMISSION_PATH}\n`);
    readBody(request).then(
      (body) => {
        const review = body === null ? null : parseReview(body);
        if (review === null)
          return answer(400, 'text/plain', 'not an AdmissionReview of admission.k8s.io/v1\n');
        answer(200, 'application/json', JSON.stringify(reviewAdmission(review, generation)));
      },
      () => response.destroy(),
    );
    return undefined;
  });
  limitServer(server, LIMITS);
  // Handshakes without a certificate, and scanners.
  server.on('tlsClientError', () => undefined);
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

/** Returns the body; null when it is too long. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseReview(body: string) {
  try {
    const parsed = admissionReview.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
