import { STATUS_CODES } from 'node:http';

/** A whole HTTP/1.1 answer of the edge's own, after which the connection closes. Says nothing about what exists here. */
export function edgeAnswer(status: number, text: string, headers: readonly string[] = []): Buffer {
  const body = `${status} ${STATUS_CODES[status] ?? ''}\n${text}\n`;
  return Buffer.from(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Cache-Control: no-store',
      'Connection: close',
      ...headers,
      '',
      body,
    ].join('\r\n'),
  );
}
