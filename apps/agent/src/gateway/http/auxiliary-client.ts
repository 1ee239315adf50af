import { Agent, request } from 'undici';
import type { HeaderList } from './header-list.ts';

export interface AuxiliaryTls {
  readonly ca: string | null;
  readonly insecureSkipVerify: boolean;
}

export interface AuxiliaryRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderList;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly bytesMax: number;
  readonly tls?: AuxiliaryTls;
}

export interface AuxiliaryResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

const SYSTEM_TLS = '';

/** Requests the gateway makes for itself: bounded in time and size, never following redirects. */
export class AuxiliaryClient {
  readonly #agents = new Map<string, Agent>();

  /** @throws Error when there is no complete answer in time. */
  async send(wanted: AuxiliaryRequest): Promise<AuxiliaryResponse> {
    const response = await request(wanted.url, {
      method: wanted.method,
      headers: wanted.headers,
      ...(wanted.body === undefined ? {} : { body: wanted.body }),
      dispatcher: this.#agentFor(wanted.tls),
      signal: AbortSignal.timeout(wanted.timeoutMs),
    });
    return {
      status: response.statusCode,
      headers: response.headers,
      body: await readBounded(response.body, wanted),
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
    this.#agents.clear();
  }

  #agentFor(tls: AuxiliaryTls | undefined): Agent {
    const key =
      tls === undefined || (tls.ca === null && !tls.insecureSkipVerify) ? SYSTEM_TLS : JSON.stringify(tls);
    let agent = this.#agents.get(key);
    if (agent === undefined) {
      agent = new Agent({
        connect:
          tls === undefined
            ? {}
            : { rejectUnauthorized: !tls.insecureSkipVerify, ...(tls.ca === null ? {} : { ca: tls.ca }) },
      });
      this.#agents.set(key, agent);
    }
    return agent;
  }
}

async function readBounded(body: AsyncIterable<Buffer>, wanted: AuxiliaryRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > wanted.bytesMax)
      throw new Error(`answer of ${new URL(wanted.url).origin} is larger than ${wanted.bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
