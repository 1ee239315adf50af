import type { Portal } from '@portolan/resources/model/portal';
import type { Identity } from '@portolan/resources/model/request';
import type { Logger } from 'pino';
import type { Exchange } from '../gateway/exchange/exchange.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { isReply, problemReply, type Reply } from '../gateway/http/reply.ts';
import type { PortalServer } from '../gateway/portal-server.ts';
import { ApplicationApi } from './applications/application-api.ts';
import { ApplicationPages } from './applications/application-pages.ts';
import { OwnObjects, type ChangeOwnObjects } from './applications/own-objects.ts';
import { assetReply } from './assets.ts';
import { Preparation } from './search/preparation.ts';
import { KeyPages } from './keys/key-pages.ts';
import { OwnKeys } from './keys/own-keys.ts';
import { Logos } from './logos.ts';
import { portalRequest, type DocumentFinder, type PortalRequest } from './portal-request.ts';
import { seeOther } from './pages/layout.ts';
import { PortalRoutes } from './portal-routes.ts';
import { isSecureOrigin } from './sign-in/session.ts';
import { SignIn } from './sign-in/sign-in.ts';
import type { SignInSettings } from './sign-in/users-issuer.ts';
import { loginPage, needsHttps } from './pages/login-page.ts';
import { TryTokens } from './try-it/try-tokens.ts';

export interface PortalsOptions {
  readonly log: Logger;
  readonly documents: DocumentFinder;
  readonly platformUrl: string | null;
  readonly signInSettings: () => SignInSettings | null;
  /** Asks the platform for a change of what belongs to a signed-in user. @throws PlatformError. */
  readonly changeOwnObjects: ChangeOwnObjects;
}

/** The portals of this agent: responds to the requests that the gateway routes to them. */
export class Portals implements PortalServer {
  /** Credentials that the gateway takes for those of signed-in users. */
  readonly tokens = new TryTokens();
  readonly #options: PortalsOptions;
  readonly #signIn: SignIn;
  readonly #logos: Logos;
  readonly #routes: PortalRoutes;
  readonly #preparation: Preparation;
  #gateway: Gateway | null = null;

  constructor(options: PortalsOptions) {
    this.#options = options;
    this.#signIn = new SignIn({
      platformUrl: options.platformUrl,
      settings: options.signInSettings,
      log: options.log,
      onEnded: (sessionId) => this.tokens.revokeSession(sessionId),
    });
    this.#logos = new Logos(options.log);
    this.#preparation = new Preparation({
      router: () => this.#gateway?.router ?? null,
      documents: options.documents,
    });
    const gateway = () => this.#gateway;
    const keys = new OwnKeys({ gateway, clientOf: (session) => this.#signIn.clientOf(session) });
    const objects = new OwnObjects({
      change: options.changeOwnObjects,
      catalogue: () => this.#gateway?.router.model.catalogue ?? null,
    });
    this.#routes = new PortalRoutes({
      keys,
      keyPages: new KeyPages(keys),
      applicationPages: new ApplicationPages(objects, gateway),
      applicationApi: new ApplicationApi(objects, gateway),
      tokens: this.tokens,
      gateway,
    });
  }

  /** Connects the portals with the gateway that serves them. */
  attach(gateway: Gateway): void {
    this.#gateway = gateway;
  }

  /** Makes pages ready ahead, for a model or documents that have changed. Resolves when they are. */
  prepare(): Promise<void> {
    this.#preparation.restart();
    return this.#preparation.done;
  }

  close(): Promise<void> {
    this.#preparation.close();
    return this.#signIn.close();
  }

  async serve(exchange: Exchange, portal: Portal): Promise<Reply> {
    const gateway = this.#gateway;
    if (gateway === null) return problemReply(503, 'The portal is starting.');
    const { path, method } = exchange;
    const asset = method === 'GET' || method === 'HEAD' ? await this.#publicFile(path, portal) : null;
    if (asset !== null) return asset;
    if (!isSecureOrigin(exchange)) return needsHttps(exchange, portal);
    if (!isOwnOrigin(exchange)) return problemReply(403, 'This request was sent from another site.');
    const entry = await this.#signInPath(exchange, portal);
    if (entry !== null) return entry;
    const request = await this.#authenticate(exchange, portal, gateway);
    return isReply(request) ? request : this.#routes.respond(request);
  }

  /** Serves what needs no sign-in: files of the pages, and the logo. */
  #publicFile(path: string, portal: Portal): Promise<Reply> | Reply | null {
    if (!path.startsWith('/_portal/')) return path === '/robots.txt' ? ROBOTS : null;
    return path === '/_portal/logo' ? this.#logos.reply(portal) : assetReply(path);
  }

  async #signInPath(exchange: Exchange, portal: Portal): Promise<Reply | null> {
    const { path, method } = exchange;
    if (method === 'GET' && path === '/login') return this.#signIn.begin(exchange, portal);
    if (method === 'POST' && path === '/login') return this.#signIn.password(exchange, portal);
    if (method === 'GET' && path === '/callback') return this.#signIn.finish(exchange, portal);
    if (method === 'GET' && path === '/preview') return this.#signIn.preview(exchange, portal);
    if (path !== '/logout' || (method !== 'POST' && method !== 'GET')) return null;
    const session = await this.#signIn.sessionOf(exchange, portal);
    const cookies = await this.#signIn.end(exchange, portal, session);
    const headers = ['Cache-Control', 'no-store', 'Clear-Site-Data', '"cache", "storage"', ...cookies];
    return method === 'POST' ? seeOther('/', headers) : { status: 204, headers, body: '' };
  }

  /** A caller is signed in, or sends a credential of the gateway's APIs with requests that change nothing. */
  async #authenticate(exchange: Exchange, portal: Portal, gateway: Gateway): Promise<PortalRequest | Reply> {
    const session = await this.#signIn.sessionOf(exchange, portal);
    const common = {
      exchange,
      portal,
      router: () => gateway.router,
      documents: this.#options.documents,
    };
    if (session !== null) {
      const { userId, email, groups } = session;
      const identity: Identity = {
        kind: 'user',
        userId,
        email,
        groups,
        // As with a key of the user: to subscriptions, a user is the application whose id is its e-mail address.
        ...(portal.shows.kind === 'namespace' && portal.auth.kind === 'platform'
          ? { application: { id: email, namespace: null } }
          : {}),
      };
      return portalRequest({ ...common, identity, session });
    }
    const isSafe = exchange.method === 'GET' || exchange.method === 'HEAD';
    if (isSafe && exchange.header('authorization') !== undefined) {
      const identity = await gateway.authenticate(exchange);
      return isReply(identity) ? identity : portalRequest({ ...common, identity, session: null });
    }
    if (exchange.path === '/api' || exchange.path.startsWith('/api/'))
      return problemReply(401, 'Sign in first.');
    return isSafe ? loginPage(exchange, portal) : seeOther('/');
  }
}

const ROBOTS: Reply = {
  status: 200,
  headers: ['Content-Type', 'text/plain; charset=utf-8'],
  body: 'User-agent: *\nDisallow: /\n',
};

/**
 * Whether a request that may change something comes from a page of this origin: browsers say so in Sec-Fetch-Site or Origin (Fetch
 * §3.1), and programs send neither, nor cookies that they were not given.
 */
function isOwnOrigin(exchange: Exchange): boolean {
  const { method, path } = exchange;
  const isSafe = (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') && path !== '/logout';
  if (isSafe) return true;
  const site = exchange.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || (site === 'none' && method === 'GET');
  const origin = exchange.header('origin');
  return (
    origin === undefined || origin.toLowerCase() === `${exchange.scheme}://${exchange.host.toLowerCase()}`
  );
}
