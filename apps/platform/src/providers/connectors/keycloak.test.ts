import { afterAll, beforeAll, expect, test } from 'vitest';
import { Outbound } from '../../http/outbound.ts';
import type { StandIn } from '../testing/directory.ts';
import { startKeycloak } from '../testing/keycloak-stand-in.ts';
import type { ExternalPage, Listing } from './connector.ts';
import { keycloakConnector } from './keycloak.ts';

let keycloak: StandIn;
let outbound: Outbound;
beforeAll(async () => {
  keycloak = await startKeycloak({ users: [], groups: [] });
  outbound = new Outbound({ loopback: true, private: false });
});
afterAll(async () => {
  await outbound.close();
  await keycloak.close();
});

function listing(): Listing {
  const options = { url: keycloak.url, realm: 'airline', username: 'sync', password: 'keycloak secret' };
  const { listing: found } = keycloakConnector(outbound, options);
  if (found === undefined) throw new Error('Keycloak can be listed');
  return found;
}

type Read = (cursor: string | null) => Promise<ExternalPage<unknown>>;

/** Reads all pages; `between` is called after each. */
async function readAll(read: Read, between: () => void): Promise<{ count: number; doubts: string[] }> {
  const doubts: string[] = [];
  let count = 0;
  for (let cursor: string | null = null; ;) {
    const page: ExternalPage<unknown> = await read(cursor);
    count += page.items.length;
    if (page.doubt !== undefined) doubts.push(page.doubt);
    between();
    if (page.next === null) return { count, doubts };
    cursor = page.next;
  }
}

const signal = AbortSignal.timeout(60_000);
const READERS = {
  users: () => (cursor: string | null) => listing().users(cursor, signal),
  groups: () => (cursor: string | null) => listing().groups(cursor, signal),
  members: () => (cursor: string | null) => listing().members('wide', cursor, signal),
} as const;

/** Gives the stand-in a list of a size, and returns it. */
function fill(what: keyof typeof READERS, size: number): unknown[] {
  const ids = Array.from({ length: size }, (_, index) => `id-${index}`);
  const users = ids.map((id) => ({ id, email: `${id}@example.com`, first: 'A', last: 'B' }));
  const groups = ids.map((id) => ({ id, name: id, members: [] }));
  keycloak.directory.users = what === 'groups' ? [] : users;
  keycloak.directory.groups = what === 'groups' ? groups : [{ id: 'wide', name: 'wide', members: ids }];
  if (what === 'members') return keycloak.directory.groups[0]?.members ?? [];
  return what === 'groups' ? keycloak.directory.groups : keycloak.directory.users;
}

for (const what of ['users', 'groups', 'members'] as const) {
  test(`lists ${what} completely, and doubts nothing, whatever their number`, async () => {
    for (const size of [0, 1, 99, 100, 101, 199, 200, 201, 350]) {
      fill(what, size);
      expect(await readAll(READERS[what](), () => undefined)).toEqual({ count: size, doubts: [] });
    }
  });

  test(`doubts a list of ${what} from which something went while it was read`, async () => {
    for (const size of [101, 200, 201, 350]) {
      const list = fill(what, size);
      let pages = 0;
      const { doubts } = await readAll(READERS[what](), () => {
        pages += 1;
        if (pages === 1) list.splice(50, 1);
      });
      expect(doubts).not.toEqual([]);
    }
  });
}

test('doubts a list of subgroups from which something went while it was read', async () => {
  const children = Array.from({ length: 150 }, (_, index) => ({
    id: `s-${index}`,
    name: `s ${index}`,
    members: [],
  }));
  keycloak.directory.groups = [{ id: 'wide', name: 'wide', members: [], children }];
  expect(await readAll(READERS.groups(), () => undefined)).toEqual({ count: 151, doubts: [] });
  let pages = 0;
  keycloak.intercept = (_request, _response, url) => {
    if (url.pathname.endsWith('/children') && (pages += 1) === 2) children.splice(50, 1);
    return false;
  };
  const { doubts } = await readAll(READERS.groups(), () => undefined);
  expect(doubts).toEqual(['its list of groups/wide/children changed while it was read']);
});
