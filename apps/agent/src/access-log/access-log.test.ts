import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { SECRET_PREFIXES } from '@portolan/contract/secret-prefixes';
import type { FinishedExchange } from '../gateway/exchange/finished-exchange.ts';
import { finished } from '../requests/testing/exchanges.ts';
import { AccessLog } from './access-log.ts';
import { accessLogFormat, ACCESS_LOG_FORMATS, type AccessLogFormat } from './format.ts';

const AT = Date.UTC(2030, 0, 9, 8, 7, 6);
const api = { key: 'k', kind: 'API', namespace: 'air', name: 'flights' };
const identity = { kind: 'user', userId: 'u1', email: 'ada@example.com', groups: ['crew'] } as const;

function line(format: AccessLogFormat, change: Partial<FinishedExchange> = {}, options: object = {}): string {
  return accessLogFormat({ format, withQuery: false, withAddress: false, ...options })(
    finished({ startedAt: AT, ...change }),
  );
}

it('writes JSON with the names of OpenTelemetry', () => {
  const operation = { operationId: 'getFlight', method: 'GET', path: '/flights/{id}' };
  const text = line('json', {
    api,
    identity,
    userId: 'u1',
    keyId: 'k1',
    operation,
    query: 'token=x',
    requestId: 'r',
  });
  expect(JSON.parse(text)).toEqual({
    timestamp: '2030-01-09T08:07:06.000Z',
    'portolan.request.id': 'r',
    'http.request.method': 'GET',
    'url.scheme': 'https',
    'server.address': 'api.example.com',
    'url.path': '/flights/7',
    'http.route': '/flights/{id}',
    'http.response.status_code': 200,
    'http.server.request.duration': 0.012346,
    'http.request.body.size': 0,
    'http.response.body.size': 12,
    'network.protocol.name': 'http',
    'network.protocol.version': '1.1',
    'client.address': '192.0.2.0',
    'user.id': 'u1',
    'user.email': 'ada@example.com',
    'user.roles': ['crew'],
    'portolan.route': 'PathPrefix(`/`)',
    'portolan.api': 'air/flights',
    'portolan.operation.id': 'getFlight',
    'portolan.response.source': 'upstream',
    'portolan.key.id': 'k1',
    'portolan.service': 'air/flights',
    'portolan.upstream': 'http://10.0.0.1:80',
    'portolan.upstream.duration': 0.01,
    'portolan.auth.duration': 0.0001,
  });
});

it('writes the Common Log Format, and what Traefik adds to it', () => {
  const common = '192.0.2.0 - u1 [09/Jan/2030:08:07:06 +0000] "GET /flights/7 HTTP/1.1" 200 12';
  expect(line('common', { userId: 'u1' })).toBe(common);
  expect(line('traefik', { userId: 'u1' })).toMatch(
    /^192\.0\.2\.0 - u1 .* 200 12 "-" "-" \d+ "PathPrefix\(`\/`\)" "http:\/\/10\.0\.0\.1:80" 12ms$/,
  );
});

it('writes queries and whole addresses only when told to', () => {
  const options = { withQuery: true, withAddress: true };
  expect(line('common', { query: 'page=2&token=abc' }, options)).toMatch(
    /^192\.0\.2\.77 .*"GET \/flights\/7\?page=2&token=<redacted> HTTP/,
  );
});

it.each(ACCESS_LOG_FORMATS)('%s: nobody can begin a line of their own', (format) => {
  const text = line(format, { path: '/a"\n127.0.0.1 - root', method: 'X"\r\n', userId: 'a b\n"c' });
  expect(text.split('\n')).toHaveLength(1);
  expect(text).not.toMatch(/[^\x20-\x7e]/);
});

it.each(ACCESS_LOG_FORMATS)('%s: no planted secret is in it', (format) => {
  const planted = Object.values(SECRET_PREFIXES).map((prefix) => `${prefix}_plantedSecret_1`);
  const text = planted
    .map((secret) =>
      line(
        format,
        { path: `/x/${secret}`, query: `api_key=${secret}&token=hunter22&code=hunter22` },
        { withQuery: true },
      ),
    )
    .join('\n');
  expect(text).not.toMatch(/plantedSecret|hunter22/);
});

it('appends to a file, and counts what does not fit', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'portolan-access-log-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const target = join(directory, 'logs', 'access.log');
  const troubles: string[] = [];
  const options = { target, format: 'common', withQuery: false, withAddress: false } as const;
  for (let run = 0; run < 2; run++) {
    const log = await AccessLog.open({ ...options, onTrouble: (reason) => troubles.push(reason) });
    for (let count = 0; count < 12_000; count++) log.record(finished());
    expect(log.dropped).toBe(2_000);
    await log.close();
  }
  expect((await readFile(target, 'utf8')).trimEnd().split('\n')).toHaveLength(20_000);
  expect(troubles).toHaveLength(2);
});

it('is refused where it cannot be written', async () => {
  const options = {
    target: '/dev/null/access.log',
    format: 'json',
    withQuery: false,
    withAddress: false,
  } as const;
  await expect(AccessLog.open({ ...options, onTrouble: () => undefined })).rejects.toThrow('EEXIST');
});
