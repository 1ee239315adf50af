import { STATUS_CODES } from 'node:http';

/** Returns a complete HTTP/1.1 response of the edge, after which the connection closes. It reveals nothing about clusters. */
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
