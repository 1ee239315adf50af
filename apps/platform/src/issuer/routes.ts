import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import type { Provider } from 'oidc-provider';
import { takeOrRefuse } from '../access/rate-limit.ts';
import { AppError } from '../http/app-error.ts';
import { readBody } from '../http/body.ts';
import { remoteAddressOf } from '../http/origin.ts';
import type { Api, Capability } from '../platform.ts';
import { verifyCredentials } from '../sessions/service.ts';
import { sweepPayloads } from './adapter.ts';
import { consentForm, signInForm } from './pages.ts';
import { mountSingleSignOn } from './single-sign-on-routes.ts';
import { createIssuer, ISSUER_PATH } from './provider.ts';

const SWEEP_MS = 10 * 60_000;
const FORM_BYTES_MAX = 16 * 1024;
const SIGN_IN = `${ISSUER_PATH}/sign-in/:uid`;
/** Where people type device codes: guessing one is slowed down. */
const DEVICE_PATH = `${ISSUER_PATH}/device`;

type NodeContext = Context<{ Bindings: HttpBindings }>;

/** OAuth 2.0 and OpenID Connect for Portolan's own clients. */
export const issuer: Capability = {
  name: 'issuer',
  mount(api) {
    let opened: Promise<Provider> | undefined;
    const open = (c: NodeContext) => {
      opened ??= createIssuer(api, baseUrlOf(api, c)).catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      return opened;
    };
    api.app.use(`${ISSUER_PATH}/*`, async (c, next) => {
      c.header(
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      );
      await next();
    });
    api.app.get(SIGN_IN, async (c) => {
      const provider = await open(c);
      const { uid, prompt, params } = await provider
        .interactionDetails(c.env.incoming, c.env.outgoing)
        .catch(lost);
      const action = `${ISSUER_PATH}/sign-in/${uid}`;
      if (prompt.name !== 'consent') return c.html(signInForm(action, null));
      const client = await provider.Client.find(String(params['client_id']));
      return c.html(consentForm(action, client?.clientName ?? 'A program'));
    });
    mountSingleSignOn(api, { open, baseUrl: (c) => baseUrlOf(api, c) });
    api.app.post(SIGN_IN, async (c) => signIn(api, await open(c), c));
    api.app.all(`${ISSUER_PATH}/*`, async (c) => {
      if (c.req.method === 'POST' && c.req.path === DEVICE_PATH) await slowDown(api, c);
      const provider = await open(c);
      const { incoming, outgoing } = c.env;
      // The issuer lives below a prefix; it finds its own in `originalUrl`.
      Object.assign(incoming, { originalUrl: incoming.url });
      incoming.url = (incoming.url ?? '').slice(ISSUER_PATH.length);
      await provider.callback()(incoming, outgoing);
      return RESPONSE_ALREADY_SENT;
    });
  },
  start(platform) {
    const timer = setInterval(() => {
      sweepPayloads(platform).catch((error: unknown) =>
        platform.log.warn({ event: 'issuer.sweep-failed', error: String(error) }),
      );
    }, SWEEP_MS);
    return { close: () => clearInterval(timer) };
  },
};

async function signIn(api: Api, provider: Provider, c: NodeContext): Promise<Response> {
  const { incoming, outgoing } = c.env;
  const { uid, prompt } = await provider.interactionDetails(incoming, outgoing).catch(lost);
  if (prompt.name === 'consent') {
    await provider.interactionFinished(
      incoming,
      outgoing,
      { consent: {} },
      { mergeWithLastSubmission: true },
    );
    return RESPONSE_ALREADY_SENT;
  }
  const form = new URLSearchParams((await readBody(c, FORM_BYTES_MAX)).toString());
  const field = (name: string) => (form.get(name) ?? '').slice(0, 1024);
  const attempt = { email: field('email'), password: field('password'), remoteAddress: remoteAddressOf(c) };
  const code = field('code').trim();
  try {
    const account = await verifyCredentials(api, { ...attempt, ...(code === '' ? {} : { code }) });
    await provider.interactionFinished(incoming, outgoing, { login: { accountId: account.id }, consent: {} });
    return RESPONSE_ALREADY_SENT;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const failure = `${error.message} ${error.options.fix ?? ''}`;
    return c.html(signInForm(`${ISSUER_PATH}/sign-in/${uid}`, failure, attempt.email), error.status as 401);
  }
}

async function slowDown(api: Api, c: NodeContext): Promise<void> {
  await takeOrRefuse(api.db, [
    { key: `device-code:${remoteAddressOf(c) ?? 'unknown'}`, burst: 20, everySeconds: 5 },
  ]);
}

/** Its public address names the issuer in every token: configured, or where the program listens. */
function baseUrlOf({ config }: Api, c: NodeContext): string {
  if (config.publicUrl !== undefined) return config.publicUrl.replace(/\/$/, '');
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  return `http://${host}:${c.env.incoming.socket.localPort ?? config.port}`;
}

function lost(cause: unknown): never {
  throw new AppError('gone', 'This sign-in expired, or began in another browser.', {
    fix: 'Begin again.',
    cause,
  });
}
