import type { Exchange } from './exchange.ts';

/** Thrown when the client closes the connection before its body is complete. */
export class ClientGone extends Error {}

/** Reads the whole request body; null when it is larger than `bytesMax`. @throws ClientGone. */
export async function readBody(exchange: Exchange, bytesMax: number): Promise<Buffer | null> {
  if (exchange.bufferedBody !== null)
    return exchange.bufferedBody.length > bytesMax ? null : exchange.bufferedBody;
  exchange.continueBody();
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const { req } = exchange;
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bytesMax) {
        chunks.push(chunk);
        return;
      }
      req.removeAllListeners('data');
      resolve(null);
    });
    req.once('end', () => {
      exchange.bufferedBody = Buffer.concat(chunks);
      resolve(exchange.bufferedBody);
    });
    req.once('error', () => reject(new ClientGone()));
    req.once('close', () => reject(new ClientGone()));
  });
}
