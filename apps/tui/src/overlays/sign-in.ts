import type { DeviceSignIn } from '@portolan/contexts/device-sign-in';
import { explain } from '@portolan/console/failure';
import type { App, Overlay } from '../state/app.ts';
import type { Theme } from '../terminal/theme.ts';
import { clip, wrap } from '../terminal/fit.ts';
import type { Drawn } from '../state/overlay.ts';

/** Signs in again over whatever is open, which is there again afterwards with everything typed. */
export class SignIn implements Overlay {
  readonly title = 'Sign in again';
  readonly hints = 'y copy the address  p by password  esc later';
  readonly below: Overlay | null;
  readonly #onPassword: (app: App) => void;
  readonly #stop = new AbortController();
  #device: DeviceSignIn | null = null;
  #problem: string | null = null;

  constructor(below: Overlay | null, onPassword: (app: App) => void) {
    this.below = below;
    this.#onPassword = onPassword;
  }

  /** Asks for a code and waits for it to be confirmed; answers the token, or null when it came to nothing. */
  async wait(app: App): Promise<string | null> {
    try {
      this.#device = (await app.connection.gate.beginSignIn?.()) ?? null;
      app.changed();
      const kept = await this.#device?.finish(this.#stop.signal);
      if (!kept) return null;
      await app.connection.gate.keep?.(kept);
      return kept.token;
    } catch (error) {
      if (this.#stop.signal.aborted) return null;
      const { message, fix } = explain(error);
      this.#problem = [message, fix].filter(Boolean).join(' ');
      app.changed();
      return null;
    }
  }

  key(key: string, app: App): void | Promise<void> {
    if (key === 'y' && this.#device) return app.copy(this.#device.completeUri, 'the address');
    if (key === 'p') {
      this.#stop.abort();
      return this.#onPassword(app);
    }
    if (key === 'esc' || key === 'ctrl-c' || key === 'q') {
      this.#stop.abort();
      app.showOverlay(this.below);
    }
  }

  draw({ width }: { width: number; height: number }, theme: Theme): Drawn {
    const say = (text: string) => wrap(text, width - 4).map((line) => `  ${theme.paint('plain', line)}`);
    if (this.#problem !== null)
      return { lines: wrap(this.#problem, width - 4).map((line) => `  ${theme.paint('bad', line)}`) };
    if (this.#device === null)
      return { lines: say('The session has ended. Asking the platform for a code …') };
    return {
      lines: [
        ...say('The session has ended. Open this address in a browser, on this machine or any other:'),
        '',
        `  ${theme.paint('accent', clip(this.#device.uri, width - 4))}`,
        '',
        `  ${theme.paint('plain', 'and confirm the code ')}${theme.paint('strong', this.#device.userCode)}`,
        '',
        ...say('It goes on from here by itself; nothing that is open is lost.').map((line) =>
          theme.paint('dim', line),
        ),
      ],
    };
  }
}
