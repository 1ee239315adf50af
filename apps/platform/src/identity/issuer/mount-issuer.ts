import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import type { Provider } from 'oidc-provider';
import { clientOf, enforceRateLimit } from '../../auth/rate-limit.ts';
import { AppError } from '../../app-error.ts';
import { baseUrlOf } from '../../http/base-url.ts';
import { readBody } from '../../http/body.ts';
import { remoteAddressOf } from '../../http/origin.ts';
import type { Api } from '../../platform.ts';
import { consentForm } from './pages.ts';
import { createIssuer } from './provider.ts';
import type { Realm } from './realm.ts';

const FORM_BYTES_MAX = 16 * 1024;

export type NodeContext = Context<{ Bindings: HttpBindings }>;

/** A sign-in under way: what a program asked for. */
export interface Interaction {
  readonly uid: string;
  /** Where its forms are sent. */
  readonly action: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** An issuer as its sign-in pages see it. */
export interface MountedIssuer {
  readonly realm: Realm;
  readonly baseUrl: (c: NodeContext) => string;
  open(c: NodeContext): Promise<Provider>;
  /** The sign-in that this browser has under way; refuses when it is not the one of the path. */
  interactionOf(c: NodeContext): Promise<Interaction>;
  /** Signs the browser in as a subject; the request that waits goes on. */
  finish(c: NodeContext, subject: string): Promise<Response>;
}

/** How a realm lets people in. */
export interface SignInPages {
  /** The form of a sign-in. */
  show(c: NodeContext, interaction: Interaction): Promise<Response>;
  /** Answers the form, filled in. */
  submit(c: NodeContext, interaction: Interaction, form: URLSearchParams): Promise<Response>;
}

/** Serves a realm's issuer. Routes of its own below `/sign-in/` are to be mounted by `more`, ahead of the issuer's. */
export function mountIssuer(
  api: Api,
  realm: Realm,
  { pages, more }: { pages(issuer: MountedIssuer): SignInPages; more?(issuer: MountedIssuer): void },
): MountedIssuer {
  const signInPath = `${realm.path}/sign-in/:uid`;
  let opened: Promise<Provider> | undefined;
  const baseUrl = (c: NodeContext) => baseUrlOf(api.config, c.env.incoming);
  const issuer: MountedIssuer = {
    realm,
    baseUrl,
    open(c) {
      opened ??= createIssuer(api, realm, baseUrl(c)).catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      return opened;
    },
    async interactionOf(c) {
      const details = await detailsOf(await issuer.open(c), c);
      if (details.uid !== c.req.param('uid') || details.prompt.name === 'consent') throw lost();
      const { uid, params } = details;
      return { uid, action: `${realm.path}/sign-in/${uid}`, params };
    },
    async finish(c, accountId) {
      const provider = await issuer.open(c);
      const result = { login: { accountId }, consent: {} };
      await provider.interactionFinished(c.env.incoming, c.env.outgoing, result);
      return RESPONSE_ALREADY_SENT;
    },
  };
  const { show, submit } = pages(issuer);
  api.app.get(signInPath, async (c: NodeContext) => {
    const provider = await issuer.open(c);
    const { uid, prompt, params } = await detailsOf(provider, c);
    const action = `${realm.path}/sign-in/${uid}`;
    if (prompt.name !== 'consent') return show(c, { uid, action, params });
    const client = await provider.Client.find(String(params['client_id']));
    return c.html(consentForm(action, client?.clientName ?? 'A program'));
  });
  more?.(issuer);
  api.app.post(signInPath, async (c: NodeContext) => {
    const provider = await issuer.open(c);
    const { prompt } = await detailsOf(provider, c);
    if (prompt.name === 'consent') {
      const merged = { mergeWithLastSubmission: true };
      await provider.interactionFinished(c.env.incoming, c.env.outgoing, { consent: {} }, merged);
      return RESPONSE_ALREADY_SENT;
    }
    const interaction = await issuer.interactionOf(c);
    const form = new URLSearchParams((await readBody(c, FORM_BYTES_MAX)).toString());
    return submit(c, interaction, form);
  });
  serveProtocol(api, issuer);
  return issuer;
}

/** Everything that is the protocol's own. */
function serveProtocol(api: Api, { realm, open, baseUrl }: MountedIssuer): void {
  api.app.all(`${realm.path}/*`, async (c) => {
    if (Number(c.req.header('content-length') ?? 0) > FORM_BYTES_MAX) {
      throw new AppError('too-large', `The body is larger than ${FORM_BYTES_MAX} bytes.`, {
        fix: 'Send less.',
      });
    }
    // Where people type device codes, however the path is spelled: guessing one is slowed down.
    if (c.req.method === 'POST' && routeOf(c.req.path, realm) === '/device') {
      const client = clientOf(remoteAddressOf(c));
      await enforceRateLimit(api.db, client, [{ key: `device-code:${client}`, burst: 20, everySeconds: 5 }]);
      const session = realm.extras.cookies?.names?.session ?? '_session';
      if (!(c.req.header('cookie') ?? '').includes(`${session}=`)) lost();
    }
    const provider = await open(c);
    const { incoming, outgoing } = c.env;
    nameOurselves(incoming, baseUrl(c));
    // The issuer lives below a prefix; it finds its own in `originalUrl`.
    Object.assign(incoming, { originalUrl: incoming.url });
    incoming.url = (incoming.url ?? '').slice(realm.path.length);
    await provider.callback()(incoming, outgoing);
    return RESPONSE_ALREADY_SENT;
  });
}

function detailsOf(provider: Provider, c: NodeContext) {
  return provider.interactionDetails(c.env.incoming, c.env.outgoing).catch(lost);
}

/** The issuer makes addresses of what a request says of its own: it says what we are called. */
function nameOurselves({ headers }: IncomingMessage, baseUrl: string): void {
  const { host, protocol } = new URL(baseUrl);
  Object.assign(headers, { host, 'x-forwarded-host': host, 'x-forwarded-proto': protocol.slice(0, -1) });
}

/** The route that the issuer matches a path with: it ignores case, and slashes at the end. */
function routeOf(path: string, { path: prefix }: Realm): string {
  return path.slice(prefix.length).toLowerCase().replace(/\/+$/, '');
}

export function lost(cause?: unknown): never {
  throw new AppError('gone', 'This sign-in expired, or began in another browser.', {
    fix: 'Begin again.',
    cause,
  });
}
