import { fixedToken } from '@portolan/contexts/credentials';
import { createClient } from '@portolan/contract/client';
import { signIn } from '@portolan/contract/sessions';
import { Form } from '../overlays/form.ts';
import type { App, Command, Overlay } from '../state/app.ts';
import { SignIn } from '../overlays/sign-in.ts';

/** Signing in again without losing the place. */
export const sessionCommands: readonly Command[] = [
  {
    id: 'session.renew',
    title: 'Sign in again',
    keys: ['ctrl-g'],
    where: 'anywhere',
    danger: 0,
    run: askToSignIn,
  },
  {
    id: 'console.open',
    title: 'Open this place in the web console',
    keys: ['g W'],
    where: 'anywhere',
    danger: 0,
    async run(app) {
      const address = consoleAddress(app);
      const isOpen = (await app.terminal?.browse(address)) ?? false;
      app.say(isOpen ? `A browser opens ${address}` : `There is no browser here. The address: ${address}`);
    },
  },
];

/** Asks to sign in again over whatever is open; once, however many calls were refused. */
export function askToSignIn(app: App): void {
  if (app.overlay instanceof SignIn || isAsking.has(app)) return;
  const below = app.overlay;
  const overlay = new SignIn(below, () => app.openOverlay(passwordForm(app, below)));
  app.openOverlay(app.connection.gate.beginSignIn ? overlay : passwordForm(app, below));
  if (!app.connection.gate.beginSignIn) return;
  void overlay.wait(app).then((token) => {
    if (token !== null) signedIn(app, token, app.overlay === overlay ? below : app.overlay);
  });
}

/** Those whose password form is open: it stays until it is answered. */
const isAsking = new WeakSet<App>();

function signedIn(app: App, token: string, below: Overlay | null): void {
  isAsking.delete(app);
  app.connection.gate.token = token;
  app.showOverlay(below);
  app.connection.reconnect();
  app.say('Signed in again.');
}

function passwordForm(app: App, below: Overlay | null): Form {
  isAsking.add(app);
  return new Form({
    title: 'Sign in again',
    action: 'sign in',
    focus: 'password',
    onLeave: () => {
      isAsking.delete(app);
      app.showOverlay(below);
    },
    fields: [
      { name: 'email', label: 'E-mail', value: app.session.account.email },
      { name: 'password', label: 'Password', isSecret: true },
      { name: 'code', label: 'Code', hint: 'of the authenticator, where one is set up' },
    ],
    async submit({ email = '', password = '', code = '' }) {
      const client = createClient({ baseUrl: app.session.client.options.baseUrl, origin: 'terminal' });
      const { token } = await client.call(signIn, {
        body: { email, password, ...(code === '' ? {} : { code }) },
      });
      await app.connection.gate.keep?.(fixedToken(token));
      signedIn(app, token, below);
    },
  });
}

/** Where the web console shows what is on the screen. */
function consoleAddress({ session, navigation: { view } }: App): string {
  const workspace = `${session.client.options.baseUrl.replace(/\/$/, '')}/w/${encodeURIComponent(session.workspace)}`;
  if (view.type === 'list') {
    const query = view.filter === '' ? '' : `?${new URLSearchParams({ q: view.filter }).toString()}`;
    return `${workspace}/${view.kind.name}${query}`;
  }
  return view.type === 'detail' ? `${workspace}/${view.kind.name}/${encodeURIComponent(view.id)}` : workspace;
}
