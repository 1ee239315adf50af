import { createServer } from 'node:http';
import { once } from 'node:events';
import { z } from 'zod';

const address = z.object({ port: z.number() });

/** Answers a signed-in session and a list of users, and nothing else: what is measured is the client. */
export async function startUsersServer(count: number): Promise<{ readonly url: string; close(): void }> {
  const users = Array.from({ length: count }, (_, at) => user(at));
  const empty = JSON.stringify({ items: [], total: 0, matched: 0, next: null });
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://bench');
    if (url.pathname.endsWith('/events')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': bench\n\n');
      return;
    }
    response.setHeader('content-type', 'application/json');
    if (url.pathname.endsWith('/account')) response.end(JSON.stringify(account));
    else if (url.pathname.endsWith('/metrics')) response.end('{"series":[]}');
    else if (url.pathname.endsWith('/users')) response.end(JSON.stringify(page(users, url.searchParams)));
    else response.end(empty);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${address.parse(server.address()).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const account = {
  id: 'acc_1',
  email: 'bench@example.com',
  name: 'Bench',
  workspaces: [{ workspace: 'bench', name: 'Bench', role: 'owner' }],
};

function user(at: number) {
  const number = String(at).padStart(6, '0');
  return {
    id: `usr_${number}`,
    firstName: `First${at % 97}`,
    lastName: `Last${at % 89}`,
    company: 'Airline',
    email: `user${number}@example.com`,
    groups: [at % 3 === 0 ? 'crew' : 'passengers'],
    externalId: null,
    provider: 'internal',
    state: at % 7 === 6 ? 'disabled' : 'active',
    keys: at % 4,
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
    revision: 1,
  };
}

function page<T>(items: readonly T[], query: URLSearchParams) {
  const from = Number(query.get('cursor') ?? 0);
  const to = from + Number(query.get('limit') ?? 100);
  const next = to < items.length ? String(to) : null;
  return { items: items.slice(from, to), total: items.length, matched: items.length, next };
}
