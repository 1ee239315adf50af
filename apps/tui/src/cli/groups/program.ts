import type { VerbEntry, VerbGroup } from '../verb.ts';
import { verb } from './entry.ts';

/** Verbs about manifests, and about the way to a platform. */
export const withoutPlatform: readonly VerbGroup[] = [
  {
    title: 'Manifests',
    verbs: [
      verb(
        'validate',
        'Check manifests with the rules a cluster applies, without one',
        async () => (await import('../verbs/validate.ts')).validateVerb,
      ),
      verb(
        'schema',
        'Print the JSON Schema of a kind, for editors; without a kind list them',
        async () => (await import('../verbs/schema.ts')).schemaVerb,
      ),
    ],
  },
  {
    title: 'Sign-in and contexts',
    verbs: [
      verb(
        'login',
        'Sign in with a code that is confirmed in a browser on any machine, and remember it',
        async () => (await import('../verbs/login.ts')).loginVerb,
      ),
      verb(
        'logout',
        'End the session and forget its token',
        async () => (await import('../verbs/session.ts')).logoutVerb,
      ),
      verb(
        'whoami',
        'Show who is signed in, where, and with which role',
        async () => (await import('../verbs/session.ts')).whoamiVerb,
        ['auth whoami'],
      ),
      verb(
        'account change-password',
        'Change the password of your account',
        async () => (await import('../verbs/account.ts')).changePasswordVerb,
        ['passwd'],
      ),
      verb(
        'account enable-second-factor',
        'Ask for a code of an authenticator at sign-in',
        async () => (await import('../verbs/account.ts')).enableSecondFactorVerb,
      ),
      verb(
        'account disable-second-factor',
        'Ask for no code at sign-in any more',
        async () => (await import('../verbs/account.ts')).disableSecondFactorVerb,
      ),
      verb(
        'context',
        'List the platforms signed in to, or switch to one',
        async () => (await import('../verbs/config.ts')).contextVerb,
      ),
      verb(
        'config get-contexts',
        'List the contexts',
        async () => (await import('../verbs/config.ts')).getContextsVerb,
      ),
      verb(
        'config current-context',
        'Show the current context',
        async () => (await import('../verbs/config.ts')).currentContextVerb,
      ),
      verb(
        'config use-context',
        'Switch to another context',
        async () => (await import('../verbs/config.ts')).useContextVerb,
      ),
      verb(
        'config set-context',
        'Make or change a context',
        async () => (await import('../verbs/config.ts')).setContextVerb,
      ),
      verb(
        'config rename-context',
        'Rename a context',
        async () => (await import('../verbs/config.ts')).renameContextVerb,
      ),
      verb(
        'config delete-context',
        'Forget a context',
        async () => (await import('../verbs/config.ts')).deleteContextVerb,
      ),
      verb(
        'config view',
        'Show the configuration',
        async () => (await import('../verbs/config.ts')).viewConfigVerb,
      ),
    ],
  },
];

/** Verbs about this program; `help` is with the whole list, which it needs. */
export const programVerbs: readonly VerbEntry[] = [
  verb(
    'ui',
    'Open the terminal UI (also: portolan alone), at a place such as "apis state=refused"',
    async () => (await import('../verbs/ui.ts')).uiVerb,
  ),
  verb(
    'doctor',
    'Check this installation and the way to the platform, or of tunnels to brokers, link by link',
    async () => (await import('../verbs/doctor.ts')).doctorVerb,
  ),
  verb(
    'completion',
    'Print the completion of a shell',
    async () => (await import('../verbs/completion.ts')).completionVerb,
  ),
  verb('version', 'Show the version', async () => (await import('../verbs/version.ts')).versionVerb),
];
