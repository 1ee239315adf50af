import { AppError } from '../../app-error.ts';
import { remoteAddressOf } from '../../http/origin.ts';
import type { Api, CreateCapability } from '../../platform.ts';
import { checkCredentials } from '../sessions/credentials.ts';
import { admitMember } from '../single-sign-on/admit-member.ts';
import { mountCallback, mountSingleSignOn } from '../single-sign-on/routes.ts';
import { subjectOf, verifiedEmail } from '../single-sign-on/authorization-code-flow.ts';
import { sweepPayloads } from './payload-store.ts';
import { MEMBERS } from './members-realm.ts';
import { mountIssuer, type MountedIssuer, type SignInPages } from './mount-issuer.ts';
import { signInForm } from './forms.ts';
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
            const email = verifiedEmail(claims);
            const subject = subjectOf(claims);
            const signIn = { workspace, provider: provider.id, subject, email, remoteAddress };
            const { accountId } = await admitMember(api.db, signIn);
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
      const attempt = {
        email,
        password: field('password'),
        remoteAddress: remoteAddressOf(c),
        origin: 'web',
      };
      try {
        const account = await checkCredentials(api, { ...attempt, ...(code === '' ? {} : { code }) });
        return await finish(c, account.id);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const failure = `${error.message} ${error.options.fix ?? ''}`;
        return c.html(signInForm(action, failure, email), error.status as 401);
      }
    },
  };
}
