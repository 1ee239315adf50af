import type { DesktopBridge, FetchHead, Reply, WindowDetails } from '../../bridge/verbs.ts';
import type { ContextDetails } from '../../bridge/verbs.ts';
import { createStore } from '../preferences/store.ts';
import type { Host } from './host.ts';

/** A refusal of the main process. */
class BridgeFailure extends Error {
  override readonly name = 'BridgeFailure';
}

/** Returns the value of a reply; throws what the main process refused. */
export function valueOf<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.value;
  const { message, fix } = reply.error;
  throw new BridgeFailure([message, fix].filter((part) => part !== null).join(' '));
}

/** The console in a window of the desktop app: the main process performs its requests, with a token that no page sees. */
export function createElectronHost(bridge: DesktopBridge, context: ContextDetails): Host {
  const storedAt = createStore<string | null>(null);
  return {
    kind: 'electron',
    platform: context.platform,
    origin: 'desktop',
    isProduction: context.isProduction,
    signInBy: 'browser',
    desktop: { bridge, context, storedAt },
    async fetch(url, init) {
      const response = await request(bridge, url.slice(context.platform.length), init);
      if (response.headers.get('content-type')?.startsWith('application/json'))
        storedAt.set(response.headers.get('portolan-stored-at'));
      return response;
    },
    signInElsewhere: async () => valueOf(await bridge.signIn()),
    async signOut() {
      valueOf(await bridge.signOut());
    },
    openExternal: (url) => void bridge.openExternal({ url }),
    saveFile: (name, text) => void bridge.saveText({ name, text }),
  };
}

let lastId = 0;

async function request(bridge: DesktopBridge, path: string, init: RequestInit): Promise<Response> {
  const { method = 'GET', body, signal } = init;
  signal?.throwIfAborted();
  lastId += 1;
  const id = lastId;
  const cancel = () => void bridge.cancelFetch({ id });
  signal?.addEventListener('abort', cancel, { once: true });
  const head = await bridge
    .fetch({
      id,
      method: method as 'GET',
      path,
      headers: Object.fromEntries(new Headers(init.headers)),
      body: typeof body === 'string' ? body : null,
    })
    .then(valueOf)
    .catch((error: unknown) => {
      signal?.throwIfAborted();
      // What fetch throws for a server that cannot be reached.
      throw new TypeError(error instanceof Error ? error.message : String(error), { cause: error });
    });
  if (head.body.kind === 'text') signal?.removeEventListener('abort', cancel);
  return responseOf(bridge, id, head);
}

/** Statuses whose responses have no content (RFC 9110 section 15). */
const BODILESS: ReadonlySet<number> = new Set([101, 204, 205, 304]);

function responseOf(bridge: DesktopBridge, id: number, head: FetchHead): Response {
  const { status, statusText, headers, body } = head;
  const content = body.kind === 'stream' ? streamOf(bridge, id) : body.text;
  const list = headers.map(([name, value]): [string, string] => [name, value]);
  return new Response(BODILESS.has(status) ? null : content, { status, statusText, headers: list });
}

/** A body that is read from the main process as fast as the page reads it. */
function streamOf(bridge: DesktopBridge, id: number): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const part = valueOf(await bridge.readBody({ id }));
      if (part === null) controller.close();
      else controller.enqueue(part);
    },
    cancel: () => void bridge.cancelFetch({ id }),
  });
}

/** Returns the window's own details. */
export async function describeWindow(bridge: DesktopBridge): Promise<WindowDetails> {
  return valueOf(await bridge.describeWindow());
}
