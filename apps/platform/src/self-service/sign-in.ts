import { AppError } from '../app-error.ts';
import { remoteAddressOf } from '../http/origin.ts';
import {
  mountIssuer,
  type Interaction,
  type MountedIssuer,
  type SignInPages,
} from '../identity/issuer/mount-issuer.ts';
import { formatSubject } from '../identity/issuer/subject.ts';
import type { Api } from '../platform.ts';
import { mountSingleSignOn } from '../identity/single-sign-on/routes.ts';
import { directoryForm } from '../identity/single-sign-on/directory-form.ts';
import { findSignInDirectory } from '../identity/single-sign-on/sign-in-directory.ts';
import { findSignInProvider } from '../identity/single-sign-on/sign-in-provider.ts';
import { PortalClients } from '../portals/portal-client.ts';
import { provisionUser } from './provision-user.ts';
import { passwordForm, providerForm, workspaceForm } from './sign-in-forms.ts';
import { signInUser } from './user-credentials.ts';
import { USERS } from '../identity/issuer/users-realm.ts';

/**
 * Mounts the issuer of API users, who sign in with a password at the internal provider, or else at the provider of their
 * workspace.
 */
export function mountUserSignIn(api: Api): MountedIssuer {
  return mountIssuer(api, USERS, {
    clients: new PortalClients(api),
    pages: (issuer) => pagesFor(api, issuer),
    more: (issuer) =>
      mountSingleSignOn(api, issuer, {
        workspaceOf,
        form: async ({ action, params }, failure) =>
          formFor(api, { action, workspace: named(params), failure }),
        async admit(claims) {
          const { userId } = await provisionUser(api.db, claims);
          return formatSubject({ kind: 'user', userId, workspace: claims.workspace });
        },
      }),
  });
}

function pagesFor(api: Api, issuer: MountedIssuer): SignInPages {
  return {
    async show(c, { action, params }) {
      const workspace = named(params) || short(c.req.query('workspace'));
      return c.html(await formFor(api, { action, workspace, failure: null }));
    },
    async submit(c, interaction, form) {
      const { action } = interaction;
      const field = (name: string) => (form.get(name) ?? '').slice(0, 1024);
      const workspace = workspaceOf(interaction, form);
      const email = field('email');
      const attempt = { workspace, email, password: field('password'), remoteAddress: remoteAddressOf(c) };
      try {
        const { userId } = await signInUser(api.db, attempt);
        return await issuer.finish(c, formatSubject({ kind: 'user', userId, workspace }));
      } catch (error) {
        if (!(error instanceof AppError) || error.code === 'gone') throw error;
        const failure = `${error.message} ${error.options.fix ?? ''}`;
        return c.html(passwordForm({ action, workspace, failure }, email), error.status as 401);
      }
    },
  };
}

interface Asked {
  readonly action: string;
  readonly workspace: string;
  readonly failure: string | null;
}

/** Renders the form of the workspace's provider. An unknown workspace gets the same form as one with the internal provider. */
async function formFor(api: Api, asked: Asked): Promise<string> {
  if (asked.workspace === '') return workspaceForm(asked.action);
  if (await findSignInDirectory(api, asked.workspace))
    return directoryForm(asked.action, asked.workspace, asked.failure);
  const provider = await findSignInProvider(api, asked.workspace);
  return provider ? providerForm(asked, provider.issuer) : passwordForm(asked);
}

/** Returns the workspace of the sign-in. The authorization request takes precedence over the form. */
function workspaceOf({ params }: Interaction, form: URLSearchParams): string {
  return named(params) || short(form.get('workspace'));
}

function named(params: Interaction['params']): string {
  const { workspace } = params;
  return typeof workspace === 'string' ? short(workspace) : '';
}

function short(text: string | null | undefined): string {
  return (text ?? '').trim().slice(0, 64);
}
