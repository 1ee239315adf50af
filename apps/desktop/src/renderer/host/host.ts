import type { DesktopHost } from './desktop-host.ts';

/** What differs between a browser tab and the desktop app; everything else of the console is the same in both. */
export interface Host {
  readonly kind: 'web' | 'electron';
  /** Origin of the platform, as commands to copy name it: `https://portolan.example.com`. */
  readonly platform: string;
  /** What the audit calls changes made here. */
  readonly origin: 'web' | 'desktop';
  /** Whether the context is marked as production; null where the page itself keeps that mark. */
  readonly isProduction: boolean | null;
  /** Sends a request to the platform as the signed-in account. `url` begins with `platform`. */
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** How one signs in: `form` in the page, `browser` through the system's browser. */
  readonly signInBy: 'form' | 'browser';
  /** Begins single sign-on; a page is left for it. `returnTo` is a path of the console. */
  signInElsewhere(returnTo: string): Promise<void>;
  /** Ends the session, and forgets it on this computer. */
  signOut(): Promise<void>;
  /** What only the desktop app has; null in a browser tab. */
  readonly desktop: DesktopHost | null;
  /** Opens an address outside of the console. */
  openExternal(url: string): void;
  /** Saves a text as a file of the user. */
  saveFile(name: string, text: string, type: string): void;
}
