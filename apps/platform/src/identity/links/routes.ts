import type { HttpBindings } from '@hono/node-server';
import { acceptInvitation as joinRoute } from '@portolan/contract/members';
import * as contract from '@portolan/contract/one-time-links';
import type { Context } from 'hono';
import type { z } from 'zod';
import { AppError } from '../../app-error.ts';
import { readBody } from '../../http/body.ts';
import { mountWithoutTransaction } from '../../http/mount.ts';
import { remoteAddressOf } from '../../http/origin.ts';
import { acceptInvitation } from '../members/invitation-service.ts';
import type { Api, CreateCapability } from '../../platform.ts';
import { deliver, linkTo } from './deliver.ts';
import { PAGE_PATH } from '../issuer/users-realm.ts';
import { donePage, joinForm, passwordForm, type Done } from './pages.ts';
import { createPasswordLink, redeemPasswordLink } from './service.ts';
import { sweepPasswordLinks } from './store.ts';

const SWEEP_MS = 3600_000;
const FORM_BYTES_MAX = 16 * 1024;
const SAFE = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

type NodeContext = Context<{ Bindings: HttpBindings }>;

/** Routes and pages for one-time links: setting a password, accepting an invitation. */
export const oneTimeLinks: CreateCapability = ({ db }) => ({
  routes(api) {
    mountWithoutTransaction(
      api,
      contract.createPasswordLink,
      async ({ workspace, params, baseUrl }, transact) => {
        const made = await transact((work) => createPasswordLink(work, workspace.id, params.user));
        const delivery = await deliver(api.mailer, {
          to: made.user.email,
          subject: `Set your password for ${workspace.name}`,
          purpose: `Set your password for the APIs of ${workspace.name}:`,
          url: linkTo('/set-password', made.token, baseUrl),
          expiresAt: made.expiresAt,
        });
        return { ...delivery, expiresAt: made.expiresAt };
      },
    );
    mountWithoutTransaction(api, contract.setPassword, ({ body, remoteAddress, origin }) =>
      redeemPasswordLink(api.db, { ...body, remoteAddress, origin }),
    );
    servePage(api, {
      path: '/set-password',
      form: passwordForm,
      fields: contract.setPassword.body,
      async submit(body, remoteAddress) {
        const { email, workspace } = await redeemPasswordLink(api.db, {
          ...body,
          remoteAddress,
          origin: 'web',
        });
        const path = `${PAGE_PATH}?workspace=${encodeURIComponent(workspace)}`;
        return { what: `The password of ${email} is set.`, next: { path, label: 'View your APIs and keys' } };
      },
    });
    servePage(api, {
      path: '/join',
      form: joinForm,
      fields: joinRoute.body,
      async submit(body, remoteAddress) {
        const joined = await acceptInvitation(api, { ...body, remoteAddress, origin: 'web' });
        return { what: `${joined.email} is now a member of ${joined.workspace}. Sign in with this address.` };
      },
    });
  },
  jobs: [{ name: 'password-links.sweep', everyMs: SWEEP_MS, run: () => sweepPasswordLinks(db) }],
});

interface LinkPage<S extends z.ZodType> {
  readonly path: string;
  form(token: string, failure: string | null): string;
  readonly fields: S;
  /** Handles the submitted form. Returns the content of the confirmation page. */
  submit(body: z.output<S>, remoteAddress: string | null): Promise<Done>;
}

/** Mounts a page behind a one-time link. GET does not redeem the link: mail scanners open every link. */
function servePage<S extends z.ZodType>(api: Api, { path, form, fields, submit }: LinkPage<S>): void {
  api.app.use(path, async (c, next) => {
    c.header('content-security-policy', SAFE);
    c.header('cache-control', 'no-store');
    await next();
  });
  api.app.get(path, (c) => c.html(form((c.req.query('token') ?? '').slice(0, 200), null)));
  api.app.post(path, async (c: NodeContext) => {
    const sent = new URLSearchParams((await readBody(c, FORM_BYTES_MAX)).toString());
    const filled = Object.fromEntries([...sent].filter(([, value]) => value !== ''));
    const token = (sent.get('token') ?? '').slice(0, 200);
    const body = fields.safeParse(filled);
    if (!body.success) return c.html(form(token, explain(body.error)), 400);
    try {
      return c.html(donePage(await submit(body.data, remoteAddressOf(c))));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return c.html(form(token, `${error.message} ${error.options.fix ?? ''}`), error.status as 400);
    }
  });
}

function explain({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.join('.')}: ${issue?.message}`;
}
