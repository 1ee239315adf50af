import { setTimeout as delay } from 'node:timers/promises';
import { PlatformError } from '@portolan/contract/client';
import type { PortalChange, PortalChanged, PortalUser } from '@portolan/contract/portal-changes';
import type { Catalogue } from '@portolan/resources/model/catalogue';
import type { PortalRequest } from '../portal-request.ts';

/** Asks the platform for a change. @throws PlatformError. */
export type ChangeOwnObjects = (
  body: { readonly namespace: string; readonly user: PortalUser; readonly change: PortalChange },
  signal: AbortSignal,
) => Promise<PortalChanged>;

const TIMEOUT_MS = 10_000;
/** How long a change is waited for to arrive at this gateway, so that the next page shows it. */
const ARRIVAL_MS = 3000;
const POLL_MS = 20;

/** Applications, keys and subscriptions of signed-in users: the platform keeps them, and they come back as resources. */
export class OwnObjects {
  readonly #change: ChangeOwnObjects;
  readonly #catalogue: () => Catalogue | null;

  constructor(parts: { readonly change: ChangeOwnObjects; readonly catalogue: () => Catalogue | null }) {
    this.#change = parts.change;
    this.#catalogue = parts.catalogue;
  }

  /** Makes a change and returns once this gateway serves it, or soon after. @throws PlatformError. */
  async run({ session, own }: PortalRequest, change: PortalChange): Promise<PortalChanged> {
    if (session === null || own === null || session.isPreview)
      throw new PlatformError({ code: 'not-allowed', message: 'Sign in to change something.' }, 403);
    const { userId: id, email } = session;
    const before = this.#catalogue();
    const user = { id, email, groups: [...session.groups] };
    const changed = await this.#change(
      { namespace: own.namespace, user, change },
      AbortSignal.timeout(TIMEOUT_MS),
    );
    await this.#arrival(changed.key, before?.get(changed.key));
    return changed;
  }

  async #arrival(key: string, before: unknown): Promise<void> {
    const until = performance.now() + ARRIVAL_MS;
    while (performance.now() < until) {
      if (this.#catalogue()?.get(key) !== before) return;
      await delay(POLL_MS);
    }
  }
}

/** Returns the name in an `objectKey`. */
export function nameInKey(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
