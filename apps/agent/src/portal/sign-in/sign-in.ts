import { randomUUID } from 'node:crypto';
import { endOwnSession } from '@portolan/contract/self-service';
import type { Portal } from '@portolan/resources/model/portal';
import type { Logger } from 'pino';
import type { Exchange } from '../../gateway/exchange/exchange.ts';
import type { Reply } from '../../gateway/http/reply.ts';
import { addressReader } from '../../gateway/middleware/source-reader.ts';
import { html } from '../html.ts';
import { seeOther, strangerReply } from '../pages/layout.ts';
import { passwordPage } from '../pages/login-page.ts';
import { readBody } from '../../gateway/exchange/read-body.ts';
import { ExternalSignIn, type ExternalUser } from './external-sign-in.ts';
import { KnownSessions } from './known-sessions.ts';
import { PasswordGuesses } from './password-guesses.ts';
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

const FORM_BYTES_MAX = 16 * 1024;
/** Behind trusted proxies, the caller that the nearest of them names. */
const callerAddress = addressReader({ depth: 1, excludedIPs: [], ipv6Subnet: null });

interface Ready {
  readonly settings: SignInSettings;
  readonly issuer: UsersIssuer;
}

/** Signs browsers in to portals at the platform's issuer of API users. */
export class SignIn {
  readonly #options: SignInOptions;
  readonly #sessions: KnownSessions;
  readonly #external = new ExternalSignIn();
  readonly #guesses = new PasswordGuesses();
  #ready: Ready | null = null;

  constructor(options: SignInOptions) {
    this.#options = options;
    this.#sessions = new KnownSessions(options.log);
  }

  /** Returns the caller's session; null without one and after its end. */
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
    const { auth } = portal;
    if (auth.kind === 'unusable') return unusable(portal);
    const query = new URLSearchParams(exchange.query);
    if (auth.kind === 'ldap') return passwordPage(portal, { next: returnPath(query.get('next')) });
    const attempt = auth.kind === 'oidc' ? this.#external.newAttempt(auth) : ready.issuer.newAttempt();
    const redirectUri = callbackUri(exchange);
    const location =
      auth.kind === 'oidc'
        ? await this.#external.loginUrl(auth, attempt, redirectUri).catch((error: unknown) => {
            this.#warn(portal, error);
            return null;
          })
        : await ready.issuer.loginUrl(attempt, redirectUri, query.get('again') !== null);
    if (location === null)
      return failed(
        portal,
        'The identity provider of this portal cannot be reached. Try again in a moment.',
        [],
      );
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
    const { auth } = portal;
    if (auth.kind === 'oidc') {
      const callback = `${callbackUri(exchange)}?${exchange.query}`;
      try {
        const user = await this.#external.redeem(auth, callback, attempt);
        return await this.#enter(attempt.returnTo, { session, user, forget });
      } catch (error) {
        this.#warn(portal, error);
        return failed(portal, 'The identity provider did not confirm it.', forget);
      }
    }
    if (auth.kind !== 'platform') return unusable(portal);
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
      this.#warn(portal, error);
      return failed(portal, 'The platform did not confirm it.', forget);
    }
  }

  /** Responds to `POST /login`: a name and a password of the portal's directory. */
  async password(exchange: Exchange, portal: Portal): Promise<Reply> {
    const ready = this.#open();
    if (ready === null) return notReady(portal);
    const { auth } = portal;
    if (auth.kind !== 'ldap') return seeOther('/login');
    const form = new URLSearchParams((await readBody(exchange, FORM_BYTES_MAX))?.toString() ?? '');
    const [name, next] = [form.get('name') ?? '', returnPath(form.get('next'))];
    const guess = this.#guesses.begin(name, callerAddress(exchange) ?? exchange.client.address);
    if (guess === null)
      return passwordPage(portal, { next, name, failure: 'Too many attempts. Wait a few minutes.' });
    const password = form.get('password') ?? '';
    const user = await this.#external.check(auth, { name, password }).catch((error: unknown) => {
      this.#warn(portal, error);
      return undefined;
    });
    guess.end({ isWrong: user === null });
    if (user === undefined)
      return passwordPage(portal, { next, name, failure: 'The directory cannot be reached at present.' });
    if (user === null) return passwordPage(portal, { next, name, failure: 'Name or password is wrong.' });
    const { session } = cookiesOf(exchange, portal, ready);
    return this.#enter(next, { session, user, forget: [] });
  }

  close(): Promise<void> {
    return this.#external.close();
  }

  async #enter(
    path: string,
    {
      session,
      user,
      forget,
    }: { session: PortalCookies['session']; user: ExternalUser; forget: readonly string[] },
  ): Promise<Reply> {
    const signedIn: Session = { id: randomUUID(), ...user, accessToken: null, isPreview: false };
    return seeOther(path, [...setCookies(await session.write(signedIn)), ...forget]);
  }

  #warn(portal: Portal, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.log.warn(
      { event: 'portal.sign-in-failed', portal: portal.source.key, reason },
      'sign-in failed',
    );
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

function cookiesOf({ host }: Exchange, portal: Portal, { settings }: Ready): PortalCookies {
  return portalCookies(settings.secret, portal, host.toLowerCase());
}

function callbackUri({ scheme, host }: Exchange): string {
  return `${scheme}://${host.toLowerCase()}/callback`;
}

function unusable(portal: Portal): Reply {
  return strangerReply(portal, {
    status: 503,
    title: 'Sign in',
    body: html`<h1>Signing in is not possible</h1>
      <p>
        The sign-in that this portal names cannot be used. Its administrators see why in the problems of the
        portal.
      </p>`,
  });
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
