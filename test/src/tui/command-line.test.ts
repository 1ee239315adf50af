import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call } from '../e2e/request.ts';
import { npmStart, type Running } from '../e2e/running.ts';
import { until } from '../e2e/until.ts';
import { Browser } from './browser.ts';
import { z } from 'zod';

const kept = z.object({ token: z.string(), refresh: z.string(), expiresAt: z.number() });
const root = fileURLToPath(new URL('../../..', import.meta.url));
let folder: string;
let running: Running;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-cli-'));
  await cp(join(root, 'examples/airline'), join(folder, 'airline'), { recursive: true });
  running = await npmStart(['--resources', join(folder, 'airline'), '--data-dir', join(folder, 'data')]);
}, 180_000);

afterAll(async () => {
  await running.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const credentialFile = () => join(folder, 'portolan/credentials.json');

async function keptTokens(): Promise<Record<string, string>> {
  return z.record(z.string(), z.string()).parse(JSON.parse(await readFile(credentialFile(), 'utf8')));
}

/** Runs `portolan` as a person without a keychain would, with a home of its own. */
async function portolan(...args: readonly string[]): Promise<Ended> {
  return endOf(start(args));
}

function start(args: readonly string[]) {
  return spawn(process.execPath, ['apps/tui/bin/portolan.js', ...args], {
    cwd: root,
    env: {
      ...process.env,
      XDG_CONFIG_HOME: folder,
      XDG_STATE_HOME: folder,
      NO_COLOR: '1',
      DBUS_SESSION_BUS_ADDRESS: '',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function endOf(child: ReturnType<typeof start>): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = await once(child, 'close');
  return { code: Number(code), stdout, stderr };
}

describe('the command line on a whole system', () => {
  test('signs in, keeps the token private, and knows who it is', async () => {
    const { platform, adminEmail, adminPasswordFile } = running.ready;
    const wrong = await portolan(
      'login',
      '--platform',
      platform,
      '--email',
      adminEmail,
      '--password-file',
      '/dev/null',
    );
    expect(wrong.code).toBe(1);
    expect(wrong.stderr.trim().split('\n')).toHaveLength(1);
    const login = await portolan(
      'login',
      '--platform',
      platform,
      '--email',
      adminEmail,
      '--password-file',
      adminPasswordFile,
    );
    expect(login).toMatchObject({ code: 0, stdout: '' });
    expect((await portolan('whoami', '-o', 'name')).stdout.trim()).toBe(adminEmail);
    expect(login.stderr).not.toContain((await keptTokens())[platform]);
  });

  test('signs in by a code confirmed in a browser, and renews the token by itself', async () => {
    const { platform, adminEmail, adminPasswordFile } = running.ready;
    const child = start(['login', '--platform', platform]);
    let said = '';
    child.stderr.on('data', (text: string) => (said += text));
    const ended = endOf(child);
    const found = await until('it says where to go', 20_000, () =>
      Promise.resolve(/Open (\S+) in a browser.*,\n.*the code (\S+) /.exec(said)),
    );
    const [, address = '', code = ''] = found;
    const browser = await new Browser().open(address);
    await browser.submit({ user_code: code });
    await browser.submit();
    const password = (await readFile(adminPasswordFile, 'utf8')).trim();
    await browser.submit({ email: adminEmail, password, code: '' });
    expect(browser.text).toContain('go back to your terminal');
    expect((await ended).code).toBe(0);
    const first = kept.parse(JSON.parse((await keptTokens())[platform] ?? ''));
    await writeFile(
      credentialFile(),
      JSON.stringify({ [platform]: JSON.stringify({ ...first, expiresAt: Date.now() }) }),
    );
    // Two at once: a refresh token used twice would end the session.
    const both = await Promise.all([portolan('whoami', '-o', 'name'), portolan('whoami', '-o', 'name')]);
    expect(both.map(({ stdout }) => stdout.trim())).toEqual([adminEmail, adminEmail]);
    const second = kept.parse(JSON.parse((await keptTokens())[platform] ?? ''));
    expect(second.token).not.toBe(first.token);
    expect(second.refresh).not.toBe(first.refresh);
    expect(said).not.toContain(first.token);
  });

  test('creates a user in a group with a key that opens the group’s API', async () => {
    expect((await portolan('create', 'user', 'ada@example.com', '--group', 'crew')).stdout).toBe(
      'user/ada@example.com created\n',
    );
    const key = (await portolan('create', 'key', 'checkin', '--user', 'ada@example.com')).stdout.trim();
    const api = await portolan('get', 'api', 'flights', '-o', 'jsonpath={.status.urls[0]}');
    const url = new URL(api.stdout);
    const path = `${url.pathname}/flights`;
    expect((await call(running.ready.gateway, url.host, path)).status).toBe(401);
    await until(
      'the key works',
      10_000,
      async () => (await call(running.ready.gateway, url.host, path, { key })).status < 300,
    );
    const users = JSON.parse(
      (await portolan('get', 'users', '--filter', 'groups=crew', '-o', 'json')).stdout,
    );
    expect(users).toMatchObject({ kind: 'List', items: [{ email: 'ada@example.com', keys: 1 }] });
  });

  test('names the file and line of a broken manifest, and keeps serving the rest', async () => {
    await writeFile(
      join(folder, 'airline/apis/broken.yaml'),
      'apiVersion: hub.traefik.io/v1alpha1\nkind: API\nmetadata: { name: broken, namespace: airline }\nspec: { pathPrefix: nope }\n',
    );
    await until('the problem is listed', 20_000, async () =>
      (await portolan('get', 'problems', '-o', 'json')).stdout.includes('broken.yaml'),
    );
    expect((await portolan('ui', '--check')).code).toBe(1);
    expect((await portolan('validate', '-f', join(folder, 'airline'))).code).toBe(1);
    expect((await portolan('get', 'apis', '-o', 'name')).stdout).toContain('api/flights');
  });

  test('applies and deletes objects by kind and by manifest, and nothing by halves', async () => {
    const file = join(folder, 'night.yaml');
    const meta = 'metadata: {name: night, namespace: airline}';
    await writeFile(
      file,
      `apiVersion: hub.traefik.io/v1alpha1\nkind: API\n${meta}\n` +
        'spec: {pathPrefix: /night, service: {name: flights, port: {number: 80}}}\n---\n' +
        'apiVersion: hub.traefik.io/v1alpha1\nkind: APIAccess\nmetadata: {name: night}\n' +
        'spec: {groups: [crew], apis: [{name: night, namespace: airline}]}\n',
    );
    expect((await portolan('apply', '-f', file)).stdout).toBe('api/night created\napiaccess/night created\n');
    const both = await portolan('delete', 'resources', 'night', '--yes');
    expect(both.code).toBe(1);
    expect(both.stderr).toMatch(/There are 2 of the name night/);
    const owned = await portolan('delete', 'API', 'flights', '--yes');
    expect(owned.code).toBe(1);
    expect(owned.stderr).toContain('belongs to the file apis/flights.yaml');
    expect((await portolan('delete', 'api', 'night', '--yes')).stdout).toBe('api/night deleted\n');
    const rest = await portolan('delete', '-f', file, '--yes');
    expect(rest).toMatchObject({ code: 1, stdout: 'apiaccess/night deleted\n' });
    expect(rest.stderr).toContain('api/night is not there.');
  });

  test('takes flags before the verb', async () => {
    const { stdout, code } = await portolan(
      '--workspace',
      running.ready.workspace,
      'get',
      'apis',
      '-o',
      'name',
    );
    expect(code).toBe(0);
    expect(stdout.split('\n')).toContain('api/flights');
  });

  test('prints the home screen as text without a terminal', async () => {
    const { code, stdout } = await portolan();
    expect(code).toBe(0);
    expect(stdout).toMatch(/APIs +\d/);
    expect(stdout).toMatch(/Problems +\d +✗ \d error/);
  });

  test.each([
    [['get', 'planets'], 2, 'There is no kind "planets".'],
    [['get', 'users', '--sort'], 2, 'Write --sort COLUMN.'],
    [['frobnicate'], 2, 'There is no verb "frobnicate".'],
    [['delete', 'user', 'nobody@example.com', '--yes'], 1, 'Nothing was deleted.'],
    [['delete', 'user', 'ada@example.com'], 2, 'Add --yes.'],
    [['whoami', '--platform', 'http://127.0.0.1:9'], 1, 'Sign in'],
  ])('refuses %j in one line', async (args, code, said) => {
    const ended = await portolan(...args);
    expect(ended.code).toBe(code);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(ended.stderr).toContain(said);
  });
});
