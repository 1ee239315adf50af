import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import type { Adapter, Provider } from 'oidc-provider';
import { clientOf, enforceRateLimit } from '../../auth/rate-limit.ts';
import { AppError } from '../../app-error.ts';
import { baseUrlOf } from '../../http/base-url.ts';
import { readBody } from '../../http/body.ts';
import { remoteAddressOf } from '../../http/origin.ts';
import type { Api } from '../../platform.ts';
import { consentForm } from './forms.ts';
import { createIssuer } from './create-issuer.ts';
import type { Realm } from './realm.ts';

const FORM_BYTES_MAX = 16 * 1024;

export type NodeContext = Context<{ Bindings: HttpBindings }>;

/** A sign-in in progress: the authorization request of a client. */
export interface Interaction {
  readonly uid: string;
  /** Path that the sign-in forms post to. */
  readonly action: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** An issuer, as its sign-in pages use it. */
export interface MountedIssuer {
  readonly realm: Realm;
  readonly baseUrl: (c: NodeContext) => string;
  open(c: NodeContext): Promise<Provider>;
  /** Returns the sign-in in progress in this browser. @throws AppError `gone` when it is not the one in the path. */
  interactionOf(c: NodeContext): Promise<Interaction>;
  /** Completes the sign-in as `subject` and resumes the authorization request. */
  finish(c: NodeContext, subject: string): Promise<Response>;
}

/** Sign-in pages of a realm. */
export interface SignInPages {
  /** Renders the sign-in form. */
  show(c: NodeContext, interaction: Interaction): Promise<Response>;
  /** Handles the submitted sign-in form. */
  submit(c: NodeContext, interaction: Interaction, form: URLSearchParams): Promise<Response>;
}

/** Mounts a realm's issuer. `more` mounts additional routes below `/sign-in/`; they take precedence over the issuer's. */
export function mountIssuer(
  api: Api,
  realm: Realm,
  {
    pages,
    more,
    clients,
  }: {
    pages(issuer: MountedIssuer): SignInPages;
    more?(issuer: MountedIssuer): void;
    /** Finds clients beside those of the realm. */
    readonly clients?: Adapter;
  },
): MountedIssuer {
  const signInPath = `${realm.path}/sign-in/:uid`;
  let opened: Promise<Provider> | undefined;
  const baseUrl = (c: NodeContext) => baseUrlOf(api.config, c.env.incoming);
  const issuer: MountedIssuer = {
    realm,
    baseUrl,
    open(c) {
      opened ??= createIssuer(api, { realm, baseUrl: baseUrl(c), clients }).catch((error: unknown) => {
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
    return c.html(consentForm(action, client?.clientName ?? 'An application'));
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

/** Mounts the protocol endpoints of OAuth 2.0 and OpenID Connect. */
function serveProtocol(api: Api, { realm, open, baseUrl }: MountedIssuer): void {
  api.app.all(`${realm.path}/*`, async (c) => {
    if (Number(c.req.header('content-length') ?? 0) > FORM_BYTES_MAX) {
      throw new AppError('too-large', `The request body is larger than ${FORM_BYTES_MAX} bytes.`, {
        fix: 'Send a smaller body.',
      });
    }
    // Device codes are entered here; the rate limit makes guessing them impractical. Applies to every spelling of the path.
    if (c.req.method === 'POST' && routeOf(c.req.path, realm) === '/device') {
      const client = clientOf(remoteAddressOf(c));
      await enforceRateLimit(api.db, client, [{ key: `device-code:${client}`, burst: 20, everySeconds: 5 }]);
      const session = realm.extras.cookies?.names?.session ?? '_session';
      if (!(c.req.header('cookie') ?? '').includes(`${session}=`)) lost();
    }
    const provider = await open(c);
    const { incoming, outgoing } = c.env;
    setHostHeaders(incoming, baseUrl(c));
    // The issuer is mounted below a prefix and reads the full path from `originalUrl`.
    Object.assign(incoming, { originalUrl: incoming.url });
    incoming.url = (incoming.url ?? '').slice(realm.path.length);
    await provider.callback()(incoming, outgoing);
    return RESPONSE_ALREADY_SENT;
  });
}

function detailsOf(provider: Provider, c: NodeContext) {
  return provider.interactionDetails(c.env.incoming, c.env.outgoing).catch(lost);
}

/**
 * Sets the host headers to the configured base URL: the issuer derives its own URLs from them, and clients must not choose
 * these.
 */
function setHostHeaders({ headers }: IncomingMessage, baseUrl: string): void {
  const { host, protocol } = new URL(baseUrl);
  Object.assign(headers, { host, 'x-forwarded-host': host, 'x-forwarded-proto': protocol.slice(0, -1) });
}

/** Returns the route that the issuer matches a path with: lower case, without trailing slashes. */
function routeOf(path: string, { path: prefix }: Realm): string {
  return path.slice(prefix.length).toLowerCase().replace(/\/+$/, '');
}

export function lost(cause?: unknown): never {
  throw new AppError('gone', 'This sign-in has expired or was started in another browser.', {
    fix: 'Start again from the application.',
    cause,
  });
}
