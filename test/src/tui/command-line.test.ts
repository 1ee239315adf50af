import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call } from '../e2e/request.ts';
import { npmStart, type Running } from '../e2e/running.ts';
import { until } from '../e2e/until.ts';
import { FormBrowser } from '@portolan/process/testing/form-browser';
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

async function portolanWith(env: Record<string, string>, ...args: readonly string[]): Promise<Ended> {
  return endOf(start(args, env));
}

function start(args: readonly string[], env: Record<string, string> = {}) {
  return spawn(process.execPath, ['apps/tui/bin/portolan.js', ...args], {
    cwd: root,
    env: {
      ...process.env,
      XDG_CONFIG_HOME: folder,
      XDG_STATE_HOME: folder,
      NO_COLOR: '1',
      DBUS_SESSION_BUS_ADDRESS: '',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs a command that goes on until it is ended. */
function watch(...args: readonly string[]) {
  const child = start(args);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const ended = once(child, 'close');
  return {
    see: (text: RegExp) =>
      until(`${args.join(' ')} prints ${text.source}`, 20_000, () => Promise.resolve(text.test(stdout))),
    lines: () => stdout.trimEnd().split('\n'),
    async end() {
      child.kill('SIGINT');
      await ended;
      return stdout;
    },
  };
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
      Promise.resolve(/Open (\S+) in a browser.*\n.*the code (\S+) /.exec(said)),
    );
    const [, address = '', code = ''] = found;
    const browser = await new FormBrowser(new URL(address).origin).open(address);
    await browser.submit({ user_code: code });
    await browser.submit();
    const password = (await readFile(adminPasswordFile, 'utf8')).trim();
    await browser.submit({ email: adminEmail, password, code: '' });
    expect(browser.text).toContain('return to your terminal');
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
    expect(
      (await portolan('create', 'user', 'ada@example.com', '--group', 'crew', '--create-group')).stdout,
    ).toBe('user/ada@example.com created\n');
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
    expect(both.stderr).toMatch(/2 resources are named "night"/);
    const owned = await portolan('delete', 'API', 'flights', '--yes');
    expect(owned.code).toBe(1);
    expect(owned.stderr).toContain('belongs to the file apis/flights.yaml');
    expect((await portolan('delete', 'api', 'night', '--yes')).stdout).toBe('api/night deleted\n');
    const rest = await portolan('delete', '-f', file, '--yes');
    expect(rest).toMatchObject({ code: 1, stdout: 'apiaccess/night deleted\n' });
    expect(rest.stderr).toContain('api/night does not exist.');
  });

  test('creates objects from flags, and changes, labels, waits for and undoes them', async () => {
    const access = ['create', 'apiaccess', '--group', 'crew', '--api', 'airline/flights'];
    const dry = await portolan(
      ...access,
      'night-crew',
      '--label',
      'team=ops',
      '--dry-run=client',
      '-o',
      'yaml',
    );
    expect(dry.stdout).toContain('kind: APIAccess');
    const file = join(folder, 'night-crew.yaml');
    await writeFile(file, dry.stdout);
    const planned = await portolan('diff', '-f', file);
    expect(planned).toMatchObject({ code: 1 });
    expect(planned.stdout).toContain('+ kind: APIAccess');
    expect((await portolan('create', '-f', file)).stdout).toBe('apiaccess/night-crew created\n');
    expect((await portolan('create', '-f', file)).stderr).toContain('exists already');
    expect(await portolan('wait', '-f', file)).toMatchObject({ code: 0 });
    expect((await portolan('diff', '-f', file)).code).toBe(0);
    const label = (...args: string[]) => portolan('label', 'apiaccess/night-crew', ...args);
    expect((await label('team=web')).stderr).toContain('Use --overwrite to change it');
    expect((await label('team=web', 'x.example/tier=gold', '--overwrite')).code).toBe(0);
    const selected = await portolan(
      'get',
      'apiaccess',
      '-l',
      'team in (web),x.example/tier=gold,!none',
      '-o',
      'name',
    );
    expect(selected.stdout).toBe('apiaccess/night-crew\n');
    const patch = JSON.stringify({ spec: { grups: ['staff'] } });
    expect((await portolan('patch', 'apiaccess', 'night-crew', '-p', patch)).stderr).toContain(
      'unknown field "spec.grups"; did you mean groups?',
    );
    expect(
      (await portolan('patch', 'apiaccess', 'night-crew', '-p', patch.replace('grups', 'groups'))).code,
    ).toBe(0);
    const round = await portolan('get', 'apiaccess/night-crew', '-o', 'yaml');
    await writeFile(file, round.stdout);
    expect((await portolan('apply', '-f', file)).stdout).toBe('apiaccess/night-crew unchanged\n');
    expect((await portolan('rollout', 'undo', '--yes')).code).toBe(0);
    const groups = await portolan('get', 'apiaccess/night-crew', '-o', 'jsonpath={.spec.groups[0]}');
    expect(groups.stdout).toBe('crew');
    expect(
      JSON.parse((await portolan('rollout', 'history', '--limit', '4', '-o', 'json')).stdout),
    ).toMatchObject({
      items: [{ action: 'rollback' }, { action: 'apply' }, { action: 'apply' }, { action: 'apply' }],
    });
    // The broken manifest of the test before is still there.
    const status = await portolan('rollout', 'status');
    expect(status).toMatchObject({ code: 1 });
    expect(status.stdout).toMatch(/cluster\/local refused: revision \d+,.* 1 refused\n.*\/broken refused: /);
    expect((await portolan('delete', 'apiaccess', '-l', 'team=web', '--yes')).stdout).toBe(
      'apiaccess/night-crew deleted\n',
    );
    expect(await portolan('wait', '--for', 'delete', 'apiaccess/night-crew')).toMatchObject({ code: 0 });
  });

  test('edits in $EDITOR, keeps a text that is not valid, and shows what others changed meanwhile', async () => {
    const access = ['create', 'apiaccess', 'edited', '--group', 'crew', '--api', 'airline/flights'];
    expect((await portolan(...access)).code).toBe(0);
    const edit = (editor: string, what = 'apiaccess/edited') =>
      portolanWith({ EDITOR: editor }, 'edit', what);
    expect((await edit('sed -i s/crew/staff/')).stdout).toBe('apiaccess/edited edited\n');
    expect((await edit('true')).stderr).toContain('no changes made');
    const wrong = await edit('sed -i s/groups/grups/');
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.stderr).toMatch(/unknown field "spec.grups".*Your text is saved in/);
    const other = join(folder, 'other.sh');
    const patch =
      'node apps/tui/bin/portolan.js patch apiaccess edited -p \'{"metadata":{"labels":{"by":"others"}}}\'';
    await writeFile(other, `sed -i s/staff/night/ "$1"\n${patch} >/dev/null\n`);
    const stale = await edit(`sh ${other}`);
    expect(stale).toMatchObject({ code: 1 });
    expect(stale.stderr).toContain('was changed by someone else meanwhile');
    expect(stale.stderr).toContain('+     by: others');
    expect((await edit('sed -i s/crew/staff/', 'user/ada@example.com')).code).toBe(1);
    expect((await portolan('create', 'group', 'staff')).code).toBe(0);
    expect((await edit('sed -i s/crew/staff/', 'user/ada@example.com')).code).toBe(0);
    expect((await portolan('get', 'user/ada@example.com', '-o', 'jsonpath={.groups[0]}')).stdout).toBe(
      'staff',
    );
    expect((await edit('true', 'api/flights')).stderr).toContain('belongs to file apis/flights.yaml');
    expect((await portolan('delete', 'apiaccess/edited', '--yes')).code).toBe(0);
  });

  test('keys rotate, users are imported and exported, groups are renamed with their effect in sight', async () => {
    const rotated = await portolan('rotate', 'key', 'checkin', '--grace', '1h');
    expect([rotated.code, rotated.stdout]).toEqual([0, expect.stringMatching(/^ptl_\w+\n$/)]);
    const twins = await portolan('get', 'keys', '--filter', 'user=ada@example.com', '-o', 'json');
    expect(JSON.parse(twins.stdout)).toMatchObject({ items: [{ state: 'active' }, { state: 'active' }] });
    const csv = join(folder, 'team.csv');
    await writeFile(csv, 'email,first name,groups\nada@example.com,Ada,\ngrace@example.com,Grace,crew;ops\n');
    expect((await portolan('import', 'users', csv)).stderr).toContain('Group "ops" does not exist.');
    expect((await portolan('import', 'users', csv, '--create-group')).stdout).toBe(
      'group/ops created\nuser/ada@example.com configured\nuser/grace@example.com created\n',
    );
    const exported = await portolan('export', 'users', '-o', 'yaml');
    await writeFile(join(folder, 'team.yaml'), exported.stdout);
    expect((await portolan('import', 'users', join(folder, 'team.yaml'))).stderr).toContain('2 unchanged');
    expect((await portolan('rename', 'group', 'ops', 'operations', '--dry-run')).stderr).toContain(
      'ops: 1 user',
    );
    expect((await portolan('rename', 'group', 'ops', 'operations', '--yes')).code).toBe(0);
    expect((await portolan('delete', 'user', 'grace@example.com', '--yes')).code).toBe(0);
  });

  test('rights are given and taken, keys suspended, users disabled', async () => {
    expect(await portolan('grant', 'crew', 'user', 'ada@example.com')).toMatchObject({
      stdout: 'user/ada@example.com added to group crew\n',
      stderr: 'Groups: crew, staff.\n',
    });
    expect((await portolan('revoke', 'staff', 'user', 'ada@example.com')).stderr).toBe('Groups: crew.\n');
    const typo = await portolan('grant', 'crwe', 'user', 'ada@example.com');
    expect([typo.code, typo.stderr]).toEqual([1, expect.stringContaining('Group "crwe" does not exist.')]);
    const tried = await portolan('grant', 'night', 'api', 'flights', '--dry-run');
    expect(tried.stderr).toContain('Group "night" does not exist');
    expect((await portolan('grant', 'night', 'api', 'flights')).code).toBe(0);
    expect((await portolan('revoke', 'night', 'api', 'flights')).stderr).toContain('Group night was removed');
    expect((await portolan('revoke', 'crew', 'api', 'flights')).stderr).toContain(
      'belongs to file access/crew.yaml',
    );
    expect((await portolan('suspend', 'key', 'checkin')).stdout).toEqual(
      expect.stringMatching(/^key\/checkin suspended \(ada@example\.com, key_\w+\)\n$/),
    );
    expect((await portolan('get', 'key/checkin', '-o', 'jsonpath={.state}')).stdout).toBe('suspended');
    expect((await portolan('resume', 'key/checkin')).stdout).toEqual(
      expect.stringContaining('key/checkin resumed'),
    );
    expect((await portolan('disable', 'user', 'ada@example.com')).code).toBe(0);
    const host = new URL(
      (await portolan('get', 'api', 'flights', '-o', 'jsonpath={.status.urls[0]}')).stdout,
    );
    const why = await portolan('why', 'ada@example.com', 'GET', `${host.origin}${host.pathname}`);
    expect([why.code, why.stdout]).toEqual([1, expect.stringContaining('ada@example.com is disabled')]);
    expect((await portolan('enable', 'user', 'ada@example.com')).code).toBe(0);
    const token = await portolan(
      'create',
      'token',
      'ci',
      '--scope',
      'resources.read',
      '--expires',
      '1d',
      '-o',
      'json',
    );
    const limited = { PORTOLAN_TOKEN: (JSON.parse(token.stdout) as { token: string }).token };
    expect((await portolanWith(limited, 'auth', 'can-i', 'get', 'apis')).code).toBe(0);
    expect((await portolanWith(limited, 'auth', 'can-i', 'create', 'users')).code).toBe(1);
    expect((await portolan('delete', 'token', 'ci', '--yes')).code).toBe(0);
    expect((await portolanWith(limited, 'whoami')).stderr).toContain('portolan login');
  });

  test('the audit is verified, also against a head that was kept, and exported', async () => {
    const verified = await portolan('audit', 'verify', '-o', 'json');
    const { events, head } = JSON.parse(verified.stdout) as { events: number; head: string };
    expect(verified.code).toBe(0);
    expect((await portolan('create', 'group', 'audited')).code).toBe(0);
    expect((await portolan('audit', 'verify', '--head', head)).stdout).toContain(
      `the given head is event ${events}`,
    );
    const forged = await portolan('audit', 'verify', '--head', '0'.repeat(64));
    expect(forged).toMatchObject({ code: 1 });
    const exported = await portolan('audit', 'export');
    expect(exported.stdout.trim().split('\n')).toHaveLength(events + 1);
    const listed = await portolan(
      'audit',
      'list',
      '--since',
      '1h',
      '--by',
      'admin',
      '--limit',
      '1',
      '--no-headers',
    );
    expect(listed.stdout).toContain('group.create');
  });

  test('completes verbs, flags, kinds, and the names of things', async () => {
    const complete = async (...words: string[]) =>
      (await portolan('__complete', ...words)).stdout.split('\n');
    expect(await complete('rollout', 'h')).toEqual(['history\tList changes, or show one of them', '']);
    expect(await complete('get', 'api', 'fl')).toEqual(['flights', '']);
    expect(await complete('describe', 'user/ada')).toEqual(['user/ada@example.com', '']);
    expect(await complete('grant', 'crew', 'api', 'fl')).toEqual(['flights', '']);
    expect(await complete('why', 'ada@example.com', 'GET', '')).not.toContain('GET');
    expect(await complete('--context', '')).not.toContain('get');
    expect(await complete('get', 'apis', '-n', '')).toContain('airline');
    expect(await complete('get', 'apis', '-o', 'js')).toEqual(['json', 'jsonpath=', '']);
    expect(await complete('apply', '-f', '')).toEqual([':files', '']);
    expect((await complete('get', '--sh')).join()).toContain('--show-labels');
  });

  test('doctor names the link that is broken', async () => {
    expect((await portolan('doctor')).code).toBe(0);
    const { platform } = running.ready;
    const broken = async (env: Record<string, string>, ...args: string[]) => {
      const { code, stdout } = await portolanWith(env, 'doctor', ...args);
      expect(code).toBe(1);
      return stdout.trim().split('\n').at(-1);
    };
    expect(await broken({}, '--platform', 'http://127.0.0.1:9')).toMatch(/^bad +connection .*portolan up/);
    expect(await broken({}, '--platform', 'https://nowhere.invalid')).toMatch(/^bad +name .*does not exist/);
    expect(await broken({}, '--platform', platform.replace('http:', 'https:'))).toMatch(
      /^bad +tls .*Is it http:/,
    );
    expect(await broken({ PORTOLAN_TOKEN: 'wrong' })).toMatch(
      /^bad +sign-in .*PORTOLAN_TOKEN.*portolan login/,
    );
    expect(await broken({ http_proxy: 'http://127.0.0.1:9' })).toMatch(/^bad +connection .*HTTPS_PROXY/);
    expect(await broken({}, '--platform', running.ready.brokers[0]?.edge.http ?? '')).toMatch(
      /^bad +platform /,
    );
  });

  test('does what an operator does now and then', async () => {
    const said = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await portolan(...args);
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
      return stdout.trim();
    };
    expect(await said('settings', 'get')).toMatch(/^name: .*\napiAuth:\n {2}kind: apiKey\n/);
    expect(await said('top')).toMatch(/^flights +airline +local /m);
    expect(JSON.parse(await said('openapi', 'flights'))).toMatchObject({ openapi: expect.any(String) });
    expect(await said('logs', '--since', '1h')).not.toMatch(/fatal/);

    expect(await said('drain', 'broker-1')).toBe('broker/broker-1 drained');
    const drained = JSON.parse(await said('get', 'broker', 'broker-1', '-o', 'json'));
    expect(drained).toMatchObject({ id: 'broker-1', drainedAt: expect.any(String) });
    expect(await said('uncordon', 'broker-1')).toBe('broker/broker-1 uncordoned');
    await until('three tunnels are live again', 30_000, async () => {
      const { items } = JSON.parse(await said('get', 'tunnels', '--filter', 'state=live', '-o', 'json')) as {
        items: unknown[];
      };
      return items.length === 3;
    });
    const tunnel = (await said('get', 'tunnels', '-o', 'name')).split('\n')[0]?.split('/')[1] ?? '';
    expect(await said('reconnect', 'tunnel', tunnel)).toContain(tunnel);

    const rule = ['--api', 'airline/flights', '--metric', 'errorsPerSecond', '--above', '1'];
    expect(await said('create', 'rule', 'failing', ...rule)).toContain('rule/failing created');
    expect(await said('silence', 'rule', 'failing', '--for', '1h', '--reason', 'a test')).toContain(
      'silenced',
    );
    expect(await said('unsilence', 'rule', 'failing')).toContain('rule/failing');
    expect(await said('delete', 'rule', 'failing', '--yes')).toBe('rule/failing deleted');

    await said('create', 'receiver', 'chat', '--webhook', 'http://127.0.0.1:9/hook');
    const told = await portolan('receiver', 'test', 'chat');
    expect([told.code, told.stderr]).toEqual([
      1,
      expect.stringContaining('notification to receiver chat failed'),
    ]);
    expect(await said('delete', 'receiver', 'chat', '--yes')).toBe('receiver/chat deleted');

    const file = join(folder, 'keycloak.yaml');
    await writeFile(file, 'kind: keycloak\nurl: http://127.0.0.1:9\nrealm: r\nusername: u\npassword: p\n');
    const tried = await portolan('provider', 'test', '-f', file);
    expect(tried.code).toBe(1);
    expect(tried.stdout).toMatch(/^failed +connect +127\.0\.0\.1:9 is unreachable/m);
    expect(await said('provider', 'plan', '-f', file)).toMatch(
      /^Users will come from keycloak:r@127\.0\.0\.1:9 instead of internal/,
    );
  });

  test('watches a list and follows the logs, and ends with the signal', async () => {
    const watching = watch('get', 'users', '-w', '-o', 'name');
    await watching.see(/^user\/ada@example\.com$/m);
    expect((await portolan('create', 'user', 'watched@example.com')).code).toBe(0);
    await watching.see(/^user\/watched@example\.com$/m);
    expect(await watching.end()).toMatch(/^(?:user\/\S+\n)+$/);

    const following = watch('logs', '-f', '--tail', '2');
    await following.see(/(?:.*\n){2}/);
    expect(following.lines()).toHaveLength(2);
    await writeFile(
      join(folder, 'airline/apis/second.yaml'),
      'kind: API\napiVersion: hub.traefik.io/v1alpha1\n',
    );
    await following.see(/second\.yaml/);
    await rm(join(folder, 'airline/apis/second.yaml'));
    await following.end();
    const times = following.lines().map((line) => line.slice(0, 19));
    expect(times).toEqual(times.toSorted());
  });

  test('applies manifests from the web, and says why one cannot be read', async () => {
    const manifest = {
      apiVersion: 'hub.traefik.io/v1alpha1',
      kind: 'APIAccess',
      metadata: { name: 'from-web' },
    };
    const spec = { groups: ['crew'], apis: [{ name: 'flights', namespace: 'airline' }] };
    const server = createServer((request, response) => {
      response.statusCode = request.url === '/access.yaml' ? 200 : 404;
      response.end(JSON.stringify({ ...manifest, spec }));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const url = `http://127.0.0.1:${port}`;
      expect(await portolan('apply', '-f', `${url}/access.yaml`)).toMatchObject({
        code: 0,
        stdout: 'apiaccess/from-web created\n',
      });
      expect((await portolan('apply', '-f', `${url}/none.yaml`)).stderr).toContain(
        `${url}/none.yaml cannot be downloaded: the server responded with 404.`,
      );
    } finally {
      server.close();
    }
    expect((await portolan('apply', '-f', 'http://127.0.0.1:1/x.yaml')).stderr).toContain(
      'cannot be downloaded',
    );
  });

  test('one change is undone by its revision, settings are applied and restored', async () => {
    const access = ['create', 'apiaccess', 'undone', '--group', 'nobody', '--api', 'airline/flights'];
    expect((await portolan(...access)).stderr).toContain('Group "nobody" does not exist');
    const [last] = z
      .object({ items: z.array(z.object({ revision: z.number() })) })
      .parse(JSON.parse((await portolan('rollout', 'history', '--limit', '1', '-o', 'json')).stdout)).items;
    const revision = String(last?.revision ?? '');
    expect((await portolan('label', 'apiaccess/from-web', 'later=yes')).code).toBe(0);
    const tried = await portolan('rollout', 'undo', revision, '--dry-run');
    expect(tried).toMatchObject({ code: 0, stdout: `change/${revision} undone (dry run)\n` });
    expect(tried.stderr).toContain('APIAccess undone');
    expect((await portolan('rollout', 'undo', revision)).code).toBe(2);
    expect((await portolan('rollout', 'undo', revision, '--yes')).stdout).toBe(`change/${revision} undone\n`);
    expect((await portolan('get', 'apiaccess/undone')).stderr).toContain('There is no APIAccess "undone"');
    const label = await portolan('get', 'apiaccess/from-web', '-o', 'jsonpath={.metadata.labels.later}');
    expect(label.stdout).toBe('yes');
    expect((await portolan('rollout', 'undo', revision, '--yes')).stderr).toContain('changed again after');

    const file = join(folder, 'settings.yaml');
    await writeFile(file, 'name: Airline\n');
    const [before, applied] = [
      await portolan('settings', 'get'),
      await portolan('settings', 'apply', '-f', file),
    ];
    expect(applied).toMatchObject({ code: 0, stdout: 'settings configured\n' });
    expect(applied.stderr).toContain('+ name: Airline');
    expect((await portolan('settings', 'apply', '-f', file)).stdout).toBe('settings unchanged\n');
    await writeFile(file, 'apiAuth: {kind: jwt, jwt: {jwksUrl: "https://issuer.example/jwks"}}\n');
    const cutOff = await portolan('settings', 'apply', '-f', file);
    expect([cutOff.code, cutOff.stderr]).toEqual([2, expect.stringContaining('Add --yes')]);
    await writeFile(file, before.stdout);
    expect((await portolan('settings', 'apply', '-f', file)).stdout).toBe('settings configured\n');
  });

  test('on a production context --yes must name it', async () => {
    const name = (await portolan('config', 'current-context')).stdout.trim();
    const mark = (word: string) => portolan('config', 'set-context', '--current', `--production${word}`);
    expect((await mark('')).code).toBe(0);
    const bare = await portolan('delete', 'apiaccess/from-web', '--yes');
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining(`Confirm with --yes=${name}.`)]);
    expect((await portolan('delete', 'apiaccess/from-web', '--yes=other')).code).toBe(2);
    const deleted = await portolan('delete', 'apiaccess/from-web', `--yes=${name}`);
    expect(deleted).toMatchObject({ code: 0, stdout: 'apiaccess/from-web deleted\n' });
    expect((await mark('=false')).code).toBe(0);
  });

  test('a reader that has enough ends it quietly', async () => {
    const child = start(['audit', 'export']);
    child.stdout.destroy();
    const { code, stderr } = await endOf(child);
    expect(code).toBe(0);
    expect(stderr).not.toContain('EPIPE');
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

  test('the terminal UI needs a terminal; a snapshot of it does not', async () => {
    const without = await portolan();
    expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('needs a terminal')]);
    const { code, stdout } = await portolan('ui', '--snapshot');
    expect(code).toBe(0);
    expect(stdout).toMatch(/APIs +\d/);
    expect(stdout).toMatch(/Problems +\d +✗ \d error/);
  });

  test.each([
    [['get', 'planets'], 2, 'There is no kind "planets".'],
    [['get', 'users', '--sort'], 2, 'Use --sort COLUMN.'],
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
