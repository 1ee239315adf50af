import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { explainRequest } from '@portolan/contract/explain';
import { airline } from '../testing/fixture-data.ts';
import { startFixturePlatform, type FixturePlatform } from '../testing/fixture-platform.ts';
import { openDriver, type Driver } from '../testing/screen-driver.ts';

let platform: FixturePlatform;
let ui: Driver;
const seen: (string | undefined)[] = [];
let gateway: Server;

function answer(request: IncomingMessage, response: ServerResponse): void {
  seen.push(request.headers.authorization);
  response.writeHead(request.headers.authorization === undefined ? 401 : 200, {
    'content-type': 'text/plain',
  });
  response.end('on time \u001b[31mred');
}

beforeEach(async () => {
  seen.length = 0;
  gateway = createServer(answer);
  gateway.listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  const url = `http://flights.localhost:${(gateway.address() as AddressInfo).port}/flights`;
  const state = airline();
  platform = await startFixturePlatform({
    ...state,
    users: [],
    keys: [],
    apis: state.apis.map((api) => ({ ...api, urls: [url] })),
  });
  platform.answer(explainRequest, () => ({
    cluster: 'eu-1',
    status: 200,
    verdict: 'allow',
    route: null,
    api: null,
    version: null,
    operation: null,
    grant: null,
    limit: null,
    target: [],
    reasons: [{ step: 'host', ok: true, text: 'it is served' }],
    notes: [],
  }));
  ui = await openDriver(platform);
});

afterEach(async () => {
  await ui.close();
  await platform.close();
  gateway.close();
});

test('the home screen leads from the first user to a call that succeeds', async () => {
  await ui.see('n  create a user and put them in a group');
  await ui.press('n');
  await ui.see('New user');
  await ui.type('ada@example.com');
  await ui.press('ctrl-s');
  await ui.see('Created user ada@example.com');
  await ui.press('g', 'h');
  await ui.see('n  create an API key for a user');
  await ui.press('n');
  await ui.see('New API key');
  await ui.type('phone');
  await ui.press('ctrl-s', 'enter', 'g', 'h');
  await ui.see('n  explain a call');
  await ui.press('n', 'ctrl-s');
  await ui.see('This call would be accepted.');
  await ui.see('curl -i -H "Authorization: Bearer $KEY"');
  await ui.press('enter', 'ctrl-s');
  await ui.see('200 after');
  expect(ui.screen()).toContain('on time red');
  expect(seen).toEqual(['Bearer ptl_abcdefghijklmnop']);
  await ui.press('g', 'j');
  await ui.see('Created key phone');
  expect(ui.screen()).not.toContain('ptl_abcdefghijklmnop');
});

test('a call that would change something is not made from here', async () => {
  await ui.press('X', 'tab', 'ctrl-u');
  await ui.type('DELETE');
  await ui.press('ctrl-s');
  await ui.see('curl -i -X DELETE');
  await ui.press('enter');
  await ui.see('a DELETE may change something');
  expect(seen).toEqual([]);
});
