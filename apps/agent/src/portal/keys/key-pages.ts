import { PlatformError } from '@portolan/contract/client';
import type { Reply } from '../../gateway/http/reply.ts';
import { seeOther } from '../pages/layout.ts';
import { GRACE_HOURS, keysPage, LIFETIMES, type KeysView } from '../pages/keys-page.ts';
import type { PortalRequest } from '../portal-request.ts';
import type { Session } from '../sign-in/session.ts';
import { isAway, type OwnKeys } from './own-keys.ts';

const DAY_MS = 86_400_000;

/** Responds to the forms of the page of keys. */
export class KeyPages {
  readonly #keys: OwnKeys;

  constructor(keys: OwnKeys) {
    this.#keys = keys;
  }

  async show(
    request: PortalRequest,
    { created = null, failure = null }: Partial<Pick<KeysView, 'created' | 'failure'>> = {},
  ): Promise<Reply> {
    const { session } = request;
    const list = session === null ? { keys: [], isStale: true } : await this.#keys.list(session);
    return keysPage(request, { list, created, failure });
  }

  create(request: PortalRequest, form: URLSearchParams): Promise<Reply> {
    return this.#change(request, async (session) => {
      const days = LIFETIMES.find((each) => String(each ?? '') === (form.get('days') ?? ''));
      const name = (form.get('name') ?? '').trim();
      const expiresAt = days == null ? {} : { expiresAt: new Date(Date.now() + days * DAY_MS).toISOString() };
      const { key } = await this.#keys.create(session, { name, ...expiresAt });
      return { name, key };
    });
  }

  update(request: PortalRequest, id: string, form: URLSearchParams): Promise<Reply> {
    return this.#change(request, async (session) => {
      switch (form.get('change')) {
        case 'suspend':
          await this.#keys.setState(session, id, 'suspended');
          return null;
        case 'resume':
          await this.#keys.setState(session, id, 'active');
          return null;
        case 'delete':
          await this.#keys.delete(session, id);
          return null;
        case 'rotate': {
          const hours = GRACE_HOURS.find((each) => String(each) === form.get('hours')) ?? 24;
          const { name, key } = await this.#keys.rotate(session, id, hours * 3600);
          return { name, key };
        }
        default:
          throw new PlatformError(
            { code: 'invalid-request', message: 'Choose one of the changes offered.' },
            400,
          );
      }
    });
  }

  /** Runs a change and shows the keys as they are then. */
  async #change(
    request: PortalRequest,
    run: (session: Session) => Promise<KeysView['created']>,
  ): Promise<Reply> {
    const { session } = request;
    if (session === null) return seeOther('/login?next=%2Fsettings');
    try {
      const created = await run(session);
      return created === null ? seeOther('/settings') : await this.show(request, { created });
    } catch (error) {
      if (isAway(error))
        return this.show(request, { failure: 'The platform cannot be reached. Nothing was changed.' });
      const { message, fix = '', fields } = error as PlatformError;
      const [field] = fields;
      return this.show(request, {
        failure: `${field === undefined ? message : `${field.field}: ${field.message}.`} ${fix}`,
      });
    }
  }
}
