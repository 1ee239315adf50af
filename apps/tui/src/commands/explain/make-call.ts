import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Failure } from '@portolan/console/failure';
import type { Call } from '../../state/views.ts';

const TIMEOUT_MS = 10_000;
const BODY_MAX = 4_000;

/** What came back of a call. */
export interface Answer {
  readonly status: number;
  readonly ms: number;
  readonly type: string;
  readonly body: string;
}

/** Makes a call as its client would; nothing of the answer beyond its first 4,000 characters is kept. */
export function makeCall(call: Call, key: string): Promise<Answer> {
  const url = new URL(call.url);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  // RFC 6761 §6.3: names below localhost are this machine, whether or not the system's resolver knows.
  const host = /(^|\.)localhost$/i.test(url.hostname) ? '127.0.0.1' : url.hostname.replace(/^\[|\]$/g, '');
  const beganAt = performance.now();
  return new Promise((resolve, reject) => {
    const request = send(
      {
        host,
        port: url.port === '' ? undefined : url.port,
        path: url.pathname + url.search,
        method: call.method,
        servername: url.hostname,
        agent: false,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: { host: url.host, ...(key === '' ? {} : { authorization: `Bearer ${key}` }) },
      },
      (response) => {
        const ms = performance.now() - beganAt;
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          body += text;
          if (body.length >= BODY_MAX) response.destroy();
        });
        response.on('error', () => undefined);
        response.on('close', () => {
          const { statusCode = 0, headers } = response;
          resolve({
            status: statusCode,
            ms,
            type: headers['content-type'] ?? '',
            body: body.slice(0, BODY_MAX),
          });
        });
      },
    );
    request.on('error', (error) => reject(unanswered(url, error)));
    request.end();
  });
}

function unanswered(url: URL, error: Error): Failure {
  const why =
    error.name === 'TimeoutError' || error.name === 'AbortError' ? 'no answer in 10 s' : error.message;
  return new Failure(
    `${url.host} does not answer: ${why}.`,
    'Check that the name leads to a broker (g b shows their addresses).',
  );
}
