import type { Page } from 'playwright-core';

/** What a journey does with the app, whatever runs it. */
export interface DesktopDriver {
  /** Folder of the app's own data. */
  readonly userData: string;
  /** Errors in the console and violations of the policy, of all pages. */
  readonly problems: readonly string[];
  /** Returns the page of the window of a context; null is the start window. */
  page(context: string | null): Promise<Page>;
  /** Brings the window of a context to the front. */
  focus(context: string): Promise<void>;
  /** Chooses an item of the application menu; it may be in a menu of a menu. */
  pressMenu(label: string, item: string): Promise<void>;
  /** Delivers a link of the app as the system does. */
  openLink(url: string): Promise<void>;
  /** Takes the place of the system's browser. */
  onOpenExternal(open: (url: string) => Promise<void>): void;
  close(): Promise<void>;
}
