import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { session, shell } from 'electron';
import { Failure } from '@portolan/console/failure';
import { createClient, type Client } from '@portolan/contract/client';
import { signOut } from '@portolan/contract/sessions';
import { fixedToken } from '@portolan/contexts/credentials';
import { forgetToken, keepToken } from '@portolan/contexts/kept-token';
import { beginLoopbackSignIn, type LoopbackSignIn } from '@portolan/contexts/loopback-sign-in';
import type { Environment } from '@portolan/contexts/paths';
import type { ContextDetails } from '../../bridge/verbs.ts';
import { partitionOf } from '../windows/partition.ts';
import { LastData } from './last-data.ts';
import { PlatformRequests } from './platform-requests.ts';

export interface ConnectionsOptions {
  readonly env: Environment;
  /** Folder of what is kept for offline use. */
  readonly folder: string;
  /** Called with the platform whose sign-in began or ended. */
  readonly onSignIn: (platform: string) => void;
}

interface Connection {
  readonly requests: PlatformRequests;
  readonly lastData: LastData;
}

/** What is open towards platforms: requests, sign-ins in progress and the data kept of each context. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #connections = new Map<string, Connection>();
  readonly #signIns = new Map<string, LoopbackSignIn>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** Returns the way to a context's platform; the same one as long as neither changes. */
  requests(context: ContextDetails): PlatformRequests {
    return this.#connection(context).requests;
  }

  /** Returns a typed client of a context's platform for the main process itself. */
  client(context: ContextDetails): Client {
    const requests = this.requests(context);
    return createClient({
      baseUrl: context.platform,
      origin: 'desktop',
      fetch: (url, { method = 'GET', headers, body, signal }) =>
        requests.send({
          method,
          path: url.slice(context.platform.length),
          headers: Object.fromEntries(new Headers(headers)),
          body: typeof body === 'string' ? body : null,
          signal: signal ?? new AbortController().signal,
        }),
    });
  }

  /** Signs in through the system's browser; one sign-in at a time for each platform, a later one replaces it. */
  async signIn(context: ContextDetails): Promise<void> {
    const { platform } = context;
    this.cancelSignIn(platform);
    const signIn = await beginLoopbackSignIn(platform);
    this.#signIns.set(platform, signIn);
    const finished = signIn.finish().finally(() => {
      if (this.#signIns.get(platform) === signIn) this.#signIns.delete(platform);
    });
    try {
      await shell.openExternal(signIn.url);
    } catch (cause) {
      signIn.cancel();
      await finished.catch(() => undefined);
      throw new Failure(
        `No browser could be opened: ${cause instanceof Error ? cause.message : String(cause)}.`,
        'Sign in with the command line instead: portolan login',
      );
    }
    await this.#signedIn(context, await finished);
  }

  cancelSignIn(platform: string): void {
    this.#signIns.get(platform)?.cancel();
  }

  /** Keeps a token that was given, as that of a local system. */
  async useToken(context: ContextDetails, token: string): Promise<void> {
    await this.#signedIn(context, fixedToken(token));
  }

  /** Ends the session and forgets the token and the data kept of the context. */
  async signOut(context: ContextDetails): Promise<void> {
    // A platform that cannot be reached keeps the session until it expires.
    await this.client(context)
      .call(signOut, {})
      .catch(() => undefined);
    await forgetToken(this.#options.env, context.platform);
    await this.forget(context);
    this.#options.onSignIn(context.platform);
  }

  /** Removes what is kept of a context: data, cookies and caches of its partition. */
  async forget(context: ContextDetails): Promise<void> {
    const { lastData, requests } = this.#connection(context);
    requests.reset();
    await lastData.clear();
    await session.fromPartition(partitionOf(context.name)).clearStorageData();
    this.#connections.delete(keyOf(context));
  }

  async close(): Promise<void> {
    for (const signIn of this.#signIns.values()) signIn.cancel();
    await Promise.all([...this.#connections.values()].map(({ lastData }) => lastData.settled()));
  }

  async #signedIn(context: ContextDetails, kept: Parameters<typeof keepToken>[2]): Promise<void> {
    await keepToken(this.#options.env, context.platform, kept);
    // Another account may see other things.
    await this.#connection(context).lastData.clear();
    for (const { requests } of this.#connections.values()) requests.reset();
    this.#options.onSignIn(context.platform);
  }

  #connection(context: ContextDetails): Connection {
    const key = keyOf(context);
    const existing = this.#connections.get(key);
    if (existing) return existing;
    const { env, folder } = this.#options;
    const lastData = new LastData(join(folder, createHash('sha256').update(key).digest('hex').slice(0, 32)));
    const own = session.fromPartition(partitionOf(context.name));
    const requests = new PlatformRequests({
      env,
      platform: context.platform,
      lastData,
      fetch: (url, init) => own.fetch(url, { ...init, bypassCustomProtocolHandlers: true }),
    });
    const connection = { requests, lastData };
    this.#connections.set(key, connection);
    return connection;
  }
}

function keyOf({ name, platform }: ContextDetails): string {
  return JSON.stringify([name, platform]);
}
