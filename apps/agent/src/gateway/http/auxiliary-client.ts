import { AddressGuard } from '@portolan/process/address-guard';
import { Agent, request } from 'undici';
import type { HeaderList } from './header-list.ts';

interface AuxiliaryTls {
  readonly ca: string | null;
  /** Certificate chain and key of the gateway, PEM. */
  readonly certificate?: { readonly cert: string; readonly key: string } | null;
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

/** For URLs and host names of objects made on the platform. */
export const REMOTE_ONLY = new AddressGuard({ loopback: false, private: true });

/** Sends requests that the gateway makes for itself. */
export type AuxiliarySender = Pick<AuxiliaryClient, 'send'>;

/** Requests the gateway makes for itself: bounded in time and size, never following redirects. */
export class AuxiliaryClient {
  /** For URLs that come from the platform: they may not lead to this machine, its link or cloud services. */
  readonly remoteOnly: AuxiliarySender = { send: (wanted) => this.#send(wanted, true) };
  readonly #agents = new Map<string, Agent>();

  /** @throws Error when there is no complete response in time. */
  send(wanted: AuxiliaryRequest): Promise<AuxiliaryResponse> {
    return this.#send(wanted, false);
  }

  async #send(wanted: AuxiliaryRequest, isRemote: boolean): Promise<AuxiliaryResponse> {
    if (isRemote) REMOTE_ONLY.checkUrl(new URL(wanted.url));
    const response = await request(wanted.url, {
      method: wanted.method,
      headers: wanted.headers,
      ...(wanted.body === undefined ? {} : { body: wanted.body }),
      dispatcher: this.#agentFor(wanted.tls, isRemote),
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

  #agentFor(tls: AuxiliaryTls | undefined, isRemote: boolean): Agent {
    const { ca = null, certificate = null, insecureSkipVerify = false } = tls ?? {};
    const key = JSON.stringify([ca, certificate, insecureSkipVerify, isRemote]);
    let agent = this.#agents.get(key);
    if (agent === undefined) {
      agent = new Agent({
        connect: {
          rejectUnauthorized: !insecureSkipVerify,
          ...(ca === null ? {} : { ca }),
          ...certificate,
          ...(isRemote ? { lookup: REMOTE_ONLY.lookup } : {}),
        },
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
