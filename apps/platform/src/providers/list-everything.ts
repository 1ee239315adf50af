import { email } from '@portolan/contract/list';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import type { ExternalGroup, ExternalPage, ExternalUser, Listing } from './connectors/connector.ts';
import { ProviderError } from './connectors/provider-http.ts';
import { clean, groupName } from './clean.ts';
import type { Listed } from './listing-store.ts';
import {
  countListedItems,
  findNextListedGroup,
  saveListedItems,
  type ListedItem,
} from './listed-item-store.ts';

const ITEMS_MAX = 2_000_000;

/** Position of a listing: a page of users or groups, or of the members of one group. */
export const listingPosition = z.object({
  stage: z.enum(['users', 'groups', 'members', 'done']),
  cursor: z.string().nullable(),
  /** Group whose members are being listed; groups are processed in order of id. */
  group: z.string().nullable(),
  items: z.number().int(),
  /** Number of users that the provider reported before the listing; null when it does not report it. */
  expected: z.number().int().nullable().default(null),
  /** Reason why the listing may be incomplete; null when there is none. */
  doubt: z.string().nullable().default(null),
});
export type ListingPosition = z.infer<typeof listingPosition>;

export const START: ListingPosition = {
  stage: 'users',
  cursor: null,
  group: null,
  items: 0,
  expected: null,
  doubt: null,
};

export interface ListingTask extends Listed {
  readonly db: Database;
  readonly listing: Listing;
  readonly signal: AbortSignal;
  /** Called after each page, once its items are stored. A restart resumes from this position. */
  readonly onProgress: (position: ListingPosition) => Promise<void>;
}

/**
 * Lists users, groups and members page by page into `sync_items`, starting at `position`. Returns the last position.
 * @throws ProviderError.
 */
export async function listEverything(task: ListingTask, position: ListingPosition): Promise<ListingPosition> {
  const seen = new Set<string>();
  let at = position;
  while (at.stage !== 'done') {
    task.signal.throwIfAborted();
    const place = `${at.stage} ${at.group ?? ''} ${at.cursor ?? ''}`;
    if (seen.has(place)) throw new ProviderError('answer', 'The provider returned the same page twice.');
    seen.add(place);
    at = await step(task, at);
    if (at.items > ITEMS_MAX)
      throw new ProviderError('answer', `The provider lists more than ${ITEMS_MAX} items.`);
    await task.onProgress(at);
  }
  return at;
}

async function step(task: ListingTask, at: ListingPosition): Promise<ListingPosition> {
  const { listing, signal } = task;
  switch (at.stage) {
    case 'users': {
      const begun = at.cursor === null ? { ...at, expected: await countUsers(task) } : at;
      const page = await listing.users(at.cursor, signal);
      await saveListedItems(task.db, task, 'user', page.items.map(userItem));
      const next = advance(begun, page, 'groups');
      return next.stage === 'groups'
        ? { ...next, doubt: (await miscounted(task, next)) ?? next.doubt }
        : next;
    }
    case 'groups': {
      const page = await listing.groups(at.cursor, signal);
      await saveListedItems(task.db, task, 'group', page.items.map(groupItem));
      const next = advance(at, page, 'members');
      return next.stage === 'members' ? toNextGroup(task, { ...next, group: null }) : next;
    }
    case 'members': {
      const group = at.group ?? '';
      const page = await listing.members(group, at.cursor, signal);
      await saveListedItems(
        task.db,
        task,
        'member',
        page.items.map((user) => ({ id: `${group} ${user}`, data: { group, user } })),
      );
      const next = advance(at, page, 'members');
      return next.cursor === null ? toNextGroup(task, next) : next;
    }
    case 'done':
      return at;
  }
}

async function countUsers({ listing, signal }: ListingTask): Promise<number | null> {
  return (await listing.countUsers?.(signal)) ?? null;
}

/**
 * Compares the number of listed users with what the provider reports. Pages are cut by offset: a user deleted during the
 * listing shifts others to a page that was already read.
 */
async function miscounted(task: ListingTask, { expected }: ListingPosition): Promise<string | null> {
  const after = await countUsers(task);
  const listed = await countListedItems(task.db, task, 'user');
  if (after === null || (after === listed && (expected ?? after) === after)) return null;
  return `it reports ${after} users but listed ${listed}`;
}

function advance(
  at: ListingPosition,
  page: ExternalPage<unknown>,
  then: ListingPosition['stage'],
): ListingPosition {
  const items = at.items + page.items.length;
  const doubt = at.doubt ?? page.doubt ?? null;
  return page.next === null
    ? { ...at, stage: then, cursor: null, items, doubt }
    : { ...at, cursor: page.next, items, doubt };
}

async function toNextGroup(task: ListingTask, at: ListingPosition): Promise<ListingPosition> {
  const group = await findNextListedGroup(task.db, task, at.group);
  return group === null ? { ...at, stage: 'done', cursor: null } : { ...at, group, cursor: null };
}

/** Returns a user for storage; `problem` says why a user without a usable e-mail address cannot be created. */
function userItem(user: ExternalUser): ListedItem {
  const given = user.email.trim();
  const address = email.safeParse(given);
  const problem = given === '' ? 'has no e-mail address' : `${clean(given)} is not an e-mail address`;
  return {
    id: user.id,
    data: {
      label: clean(user.username),
      problem: address.success ? null : problem,
      email: address.data ?? '',
      firstName: clean(user.firstName),
      lastName: clean(user.lastName),
      company: clean(user.company),
      isEnabled: user.isEnabled,
    },
  };
}

function groupItem(group: ExternalGroup): ListedItem {
  return { id: group.id, data: { label: clean(group.name), name: groupName(group.name) } };
}
