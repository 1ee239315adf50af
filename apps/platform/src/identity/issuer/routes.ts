import { AppError } from '../../app-error.ts';
import { remoteAddressOf } from '../../http/origin.ts';
import type { Api, CreateCapability } from '../../platform.ts';
import { verifyCredentials } from '../sessions/service.ts';
import { admit } from '../single-sign-on/admit-member.ts';
import { mountCallback, mountSingleSignOn } from '../single-sign-on/routes.ts';
import { verifiedEmail } from '../single-sign-on/relying-party.ts';
import { sweepPayloads } from './adapter.ts';
import { MEMBERS } from './members-realm.ts';
import { mountIssuer, type MountedIssuer, type SignInPages } from './mount-issuer.ts';
import { signInForm } from './pages.ts';
import { formatSubject } from './subject.ts';

const SWEEP_MS = 10 * 60_000;

/** OAuth 2.0 and OpenID Connect for Portolan's own clients. */
export const issuer: CreateCapability = (platform) => ({
  routes(api) {
    mountCallback(api);
    mountIssuer(api, MEMBERS, {
      pages: (mounted) => pagesFor(api, mounted),
      more: (mounted) =>
        mountSingleSignOn(api, mounted, {
          workspaceOf: (_interaction, form) => form.get('workspace') ?? '',
          form: async ({ action }, failure) => signInForm(action, failure),
          async admit({ workspace, provider, claims, remoteAddress }) {
            const vouched = { workspace, provider: provider.id, email: verifiedEmail(claims), remoteAddress };
            const { accountId } = await admit(api.db, vouched);
            return formatSubject({ kind: 'account', accountId, confinedTo: workspace });
          },
        }),
    });
  },
  jobs: [{ name: 'issuer.sweep', everyMs: SWEEP_MS, run: () => sweepPayloads(platform) }],
});

function pagesFor(api: Api, { finish }: MountedIssuer): SignInPages {
  return {
    show: async (c, { action }) => c.html(signInForm(action, null)),
    async submit(c, { action }, form) {
      const field = (name: string) => (form.get(name) ?? '').slice(0, 1024);
      const [email, code] = [field('email'), field('code').trim()];
      const attempt = { email, password: field('password'), remoteAddress: remoteAddressOf(c) };
      try {
        const account = await verifyCredentials(api, { ...attempt, ...(code === '' ? {} : { code }) });
        return await finish(c, account.id);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const failure = `${error.message} ${error.options.fix ?? ''}`;
        return c.html(signInForm(action, failure, email), error.status as 401);
      }
    },
  };
}
