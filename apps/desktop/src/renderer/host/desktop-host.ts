import type { ContextDetails, DesktopBridge } from '../../bridge/verbs.ts';
import type { Store } from '../preferences/store.ts';

/** What only the desktop app has. */
export interface DesktopHost {
  readonly bridge: DesktopBridge;
  readonly context: ContextDetails;
  /** When the data on the page was stored, while the platform cannot be reached; null for data of now. */
  readonly storedAt: Store<string | null>;
}
