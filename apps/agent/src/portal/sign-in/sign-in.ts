import { randomUUID } from 'node:crypto';
import { endOwnSession } from '@portolan/contract/self-service';
import type { Portal } from '@portolan/resources/model/portal';
import type { Logger } from 'pino';
import type { Exchange } from '../../gateway/exchange/exchange.ts';
import type { Reply } from '../../gateway/http/reply.ts';
import { html } from '../html.ts';
import { seeOther, strangerReply } from '../pages/layout.ts';
import { KnownSessions } from './known-sessions.ts';
import { readPreviewTicket } from './preview-ticket.ts';
import { returnPath } from './return-path.ts';
import { portalCookies, setCookies, type PortalCookies, type Session } from './session.ts';
import { UsersIssuer, type SignInSettings } from './users-issuer.ts';

export interface SignInOptions {
  /** URL of the platform; null for an agent without one. */
  readonly platformUrl: string | null;
  /** What the platform last said about signing in; null until it has. */
  readonly settings: () => SignInSettings | null;
  readonly log: Logger;
  /** Called once a session has ended. */
  readonly onEnded: (sessionId: string) => void;
}

interface Ready {
  readonly settings: SignInSettings;
  readonly issuer: UsersIssuer;
}

/** Signs browsers in to portals at the platform's issuer of API users. */
export class SignIn {
  readonly #options: SignInOptions;
  readonly #sessions: KnownSessions;
  #ready: Ready | null = null;

  constructor(options: SignInOptions) {
    this.#options = options;
    this.#sessions = new KnownSessions(options.log);
  }

  /** Returns the caller's session; null for strangers and once it has ended. */
  async sessionOf(exchange: Exchange, portal: Portal): Promise<Session | null> {
    const ready = this.#open();
    if (ready === null) return null;
    const session = await cookiesOf(exchange, portal, ready).session.read(exchange);
    return session === null ? null : this.#sessions.current(session, ready.issuer, ready.settings);
  }

  /** Returns a client that calls the platform as the signed-in user; null in a preview. */
  clientOf({ accessToken }: Session) {
    return accessToken === null ? null : (this.#open()?.issuer.clientOf(accessToken) ?? null);
  }

  /** Responds to `/login`: sends the browser to the issuer. */
  async begin(exchange: Exchange, portal: Portal): Promise<Reply> {
    const ready = this.#open();
    if (ready === null) return notReady(portal);
    const query = new URLSearchParams(exchange.query);
    const attempt = ready.issuer.newAttempt();
    const location = await ready.issuer.loginUrl(attempt, callbackUri(exchange), query.get('again') !== null);
    const { login } = cookiesOf(exchange, portal, ready);
    const cookies = await login.write({ ...attempt, returnTo: returnPath(query.get('next')) });
    return seeOther(location, setCookies(cookies));
  }

  /** Responds to `/callback`, where the issuer sends the browser back to. */
  async finish(exchange: Exchange, portal: Portal): Promise<Reply> {
    const ready = this.#open();
    if (ready === null) return notReady(portal);
    const { login, session } = cookiesOf(exchange, portal, ready);
    const attempt = await login.read(exchange);
    if (attempt === null) return failed(portal, 'It was begun in another browser, or too long ago.', []);
    const forget = setCookies(login.clear(exchange));
    try {
      const { accessToken, user } = await ready.issuer.redeem(
        `${callbackUri(exchange)}?${exchange.query}`,
        attempt,
      );
      if (user.workspace.id !== ready.settings.workspace) {
        const why = `You are signed in as ${user.email} of workspace ${user.workspace.name}, which this portal does not belong to.`;
        return failed(portal, why, forget, true);
      }
      const name = `${user.firstName} ${user.lastName}`.trim();
      const { id: userId, email, groups } = user;
      const signedIn: Session = {
        id: randomUUID(),
        userId,
        email,
        name,
        groups,
        accessToken,
        isPreview: false,
      };
      return seeOther(attempt.returnTo, [...setCookies(await session.write(signedIn)), ...forget]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.log.warn(
        { event: 'portal.sign-in-failed', portal: portal.source.key, reason },
        'sign-in failed',
      );
      return failed(portal, 'The platform did not confirm it.', forget);
    }
  }

  /** Responds to `/preview?ticket=…`: an administrator sees the portal as a user does, and can change nothing. */
  async preview(exchange: Exchange, portal: Portal): Promise<Reply> {
    const ready = this.#open();
    if (ready === null) return notReady(portal);
    const ticket = new URLSearchParams(exchange.query).get('ticket') ?? '';
    const user = await readPreviewTicket(ticket, {
      secret: ready.settings.secret,
      portal: portal.source.key,
    });
    if (user === null)
      return strangerReply(portal, {
        status: 403,
        title: 'Preview',
        body: html`<h1>This preview has expired</h1>
          <p>Previews are opened within a minute. Ask for another one.</p>`,
      });
    const session: Session = { id: randomUUID(), ...user, accessToken: null, isPreview: true };
    const { session: cookie } = cookiesOf(exchange, portal, ready);
    return seeOther('/', setCookies(await cookie.write(session)));
  }

  /** Ends a session here and at the platform. Returns Set-Cookie fields that delete its cookies. */
  async end(exchange: Exchange, portal: Portal, session: Session | null): Promise<string[]> {
    const ready = this.#open();
    if (ready === null) return [];
    if (session !== null) {
      this.#sessions.end(session.id);
      this.#options.onEnded(session.id);
      const client = this.clientOf(session);
      await client?.call(endOwnSession, {}, AbortSignal.timeout(2000)).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.#options.log.warn(
          { event: 'portal.sign-out', reason },
          'a session could not be ended at the platform',
        );
      });
    }
    const { session: cookie, login } = cookiesOf(exchange, portal, ready);
    return setCookies([...cookie.clear(exchange), ...login.clear(exchange)]);
  }

  #open(): Ready | null {
    const { platformUrl } = this.#options;
    const settings = this.#options.settings();
    if (platformUrl === null || settings === null) return null;
    if (this.#ready?.settings !== settings)
      this.#ready = { settings, issuer: new UsersIssuer(platformUrl, settings) };
    return this.#ready;
  }
}

function cookiesOf({ host }: Exchange, { source }: Portal, { settings }: Ready): PortalCookies {
  return portalCookies(settings.secret, source.key, host.toLowerCase());
}

function callbackUri({ scheme, host }: Exchange): string {
  return `${scheme}://${host.toLowerCase()}/callback`;
}

function notReady(portal: Portal): Reply {
  return strangerReply(portal, {
    status: 503,
    title: 'Sign in',
    headers: ['Retry-After', '10'],
    body: html`<h1>Signing in is not possible yet</h1>
      <p>
        This portal signs users in at its platform, which it is not connected to yet. Try again in a moment.
      </p>`,
  });
}

function failed(portal: Portal, why: string, headers: readonly string[], again = false): Reply {
  return strangerReply(portal, {
    status: 400,
    title: 'Sign in',
    headers,
    body: html`<h1>Signing in failed</h1>
      <p>${why}</p>
      <p>
        <a class="button primary" href="${again ? '/login?again' : '/login'}"
          >${again ? 'Sign in as somebody else' : 'Sign in again'}</a
        >
      </p>`,
  });
}
