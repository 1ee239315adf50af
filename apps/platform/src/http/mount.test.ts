import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { defineRoute } from '@portolan/contract/route';
import { workspaceParams } from '@portolan/contract/list';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { accounts } from '../identity/accounts/schema.ts';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { createApp } from './app.ts';
import { mount } from './mount.ts';

const writeAccount = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/accounts',
  permission: 'users.write',
  summary: 'Write an account',
  tag: 'Test',
  params: workspaceParams,
  body: z.object({ id: z.string() }),
  response: z.object({ id: z.string().startsWith('acc_') }),
  status: 201,
});

let portolan: TestPlatform;
let server: Server;
beforeAll(async () => {
  portolan = await startTestPlatform();
  const { app } = createApp(
    portolan.platform,
    [
      {
        routes: (api) =>
          mount(api, writeAccount, async ({ body: { id } }, { tx, audit }) => {
            await tx.insert(accounts).values({ id, email: `${id}@example.com`, name: id });
            audit({ action: 'account.write', target: { kind: 'account', id, name: id } });
            return { id };
          }),
      },
    ],
    'test',
  );
  server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await portolan.close();
});

async function write(id: string): Promise<{ status: number; stored: number; audited: boolean }> {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/workspaces/default/accounts`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${portolan.bootstrap.adminToken}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ id }),
  });
  const rows = await portolan.platform.db.select().from(accounts).where(eq(accounts.id, id));
  const { rows: events } = await portolan.platform.db.$client.query(
    'select 1 from audit_events where target_id = $1',
    [id],
  );
  return { status: response.status, stored: rows.length, audited: events.length > 0 };
}

test('a response that does not match its schema fails the request and commits nothing', async () => {
  expect(await write('acc_good')).toEqual({ status: 201, stored: 1, audited: true });
  expect(await write('bad')).toEqual({ status: 500, stored: 0, audited: false });
});
