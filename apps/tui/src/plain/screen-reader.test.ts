import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { explainRequest } from '@portolan/contract/explain';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Io } from '../terminal/io.ts';
import { airline } from '../testing/fixture-data.ts';
import { startFixturePlatform, type FixturePlatform } from '../testing/fixture-platform.ts';
import { openApp } from '../testing/screen-driver.ts';
import { runScreenReader } from './screen-reader.ts';

const PATIENCE_MS = 10_000;
let platform: FixturePlatform;
let gateway: Server;

beforeEach(async () => {
  gateway = createServer((_, response) => response.end('on time'));
  gateway.listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  const url = `http://flights.localhost:${(gateway.address() as AddressInfo).port}/flights`;
  const state = airline();
  const apis = state.apis.map((api) => ({ ...api, urls: [url] }));
  platform = await startFixturePlatform({ ...state, users: [], keys: [], apis });
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
});
afterEach(async () => {
  await platform.close();
  gateway.close();
});

/** Someone who types a line when asked, and hears what was said since. */
function listen(options: { place?: string; production?: boolean } = {}) {
  const stdin = new PassThrough();
  const stdout = Object.assign(new PassThrough(), { isTTY: false });
  let heard = '';
  stdout.setEncoding('utf8').on('data', (text: string) => (heard += text));
  const app = openApp(platform, { production: options.production ?? false });
  const io = { stdin, stdout, stderr: new PassThrough(), env: {} } as unknown as Io;
  const ended = runScreenReader(app, io, { place: options.place ?? '', stateDir: '/nonexistent' });
  const asked = async (question: string) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (!heard.endsWith(question))
      await once(stdout, 'data', { signal }).catch(() => {
        throw new Error(`Waited in vain for "${question}" and heard:\n${heard}`);
      });
    const said = heard;
    heard = '';
    return said;
  };
  return {
    ended,
    asked,
    async answer(text: string, question: string) {
      stdin.write(`${text}\n`);
      return asked(question);
    },
    leave: () => stdin.end('quit\n'),
  };
}

test('from the first user to a call that succeeds, in sentences', async () => {
  const person = listen();
  expect(await person.asked('home> ')).toContain('Next: create a user and put them in a group.');
  await person.answer('next', 'E-mail: ');
  for (const question of [
    'First name: ',
    'Last name: ',
    'Company: ',
    'Groups: ',
    'Create missing groups, now no: ',
  ])
    await person.answer(question === 'First name: ' ? 'ada@example.com' : '', question);
  expect(await person.answer('', 'users> ')).toContain('Created user ada@example.com');
  await person.answer('home', 'home> ');
  await person.answer('next', 'User, now ada@example.com: ');
  await person.answer('', 'Name: ');
  expect(await person.answer('phone', 'Expires in: ')).toContain('never');
  const said = await person.answer('', 'users> ');
  expect(said).toContain('It is shown once: ptl_abcdefghijklmnop');
  expect(said).toMatch(/Created key phone of .*\.\n/);
  await person.answer('home', 'home> ');
  await person.answer('next', 'Caller, now ada@example.com: ');
  await person.answer('', 'Method, now GET: ');
  await person.answer('', '/flights: ');
  expect(await person.answer('', 'by ada@example.com> ')).toContain('This call would be accepted.');
  await person.answer('make call', ': ');
  const made = await person.answer('', '> ');
  expect(made).toContain('200 after');
  person.leave();
  expect(await person.ended).toBe(0);
});

test('what is dangerous is asked for, and changes nothing without its word', async () => {
  const person = listen({ place: 'groups' });
  await person.asked('groups> ');
  const said = await person.answer('1', '> ');
  expect(said).toContain('Overview.');
  await person.answer('delete', ': ');
  expect(await person.answer('no', '> ')).toContain('Nothing was changed.');
  expect(platform.requests.filter((one) => !one.startsWith('GET'))).toEqual([]);
  person.leave();
  await person.ended;
});

test('what is not understood, or cannot be done, is answered with what to do', async () => {
  const person = listen({ production: true });
  await person.asked('home> ');
  expect(await person.answer('nowhere', 'home> ')).toContain('Nothing here is called "nowhere".');
  await person.answer('users', 'users> ');
  expect(await person.answer('new user', 'users> ')).toContain('read-only');
  expect(await person.answer('7', 'users> ')).toContain('There is no row 7 here.');
  person.leave();
  await person.ended;
});
