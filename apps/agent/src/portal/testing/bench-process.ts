/** A gateway with a portal in a separate process, for `npm run bench -- portal`: measures, sends its figures, ends. */
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Portal } from '@portolan/resources/model/portal';
import { pino } from 'pino';
import { Gateway } from '../../gateway/gateway.ts';
import { normaliseDocument } from '../../gateway/openapi/normalise.ts';
import { readDocument } from '../../gateway/openapi/read-document.ts';
import type { FetchedDocument } from '../../gateway/openapi/documents.ts';
import { apiGuard, model, ref, route, service } from '../../gateway/testing/models.ts';
import { Portals } from '../portals.ts';
import { portalCookies } from '../sign-in/session.ts';

const APIS = 500;
const OPERATIONS = 20;
const HOST = 'portal.localhost';
const SECRET = 'bench';
const logger = pino({ level: 'silent' });

const fields = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `field_${at}`,
      {
        type: 'string',
        description: `What field ${at} of this object is for, in a sentence or two of *Markdown*.`,
      },
    ]),
  );

/** About 10 MB: 1000 operations, 900 schemas that refer to each other in circles. */
function largeDocument(): string {
  const paths = Object.fromEntries(
    Array.from({ length: 1000 }, (_, at) => [
      `/things/${at}/{id}`,
      {
        get: {
          operationId: `getThing${at}`,
          summary: `Get thing ${at}`,
          description:
            'Returns a thing. See [the guide](https://example.com/) for **all** of its fields.\n\n- one\n- two',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
          responses: {
            200: {
              description: 'OK',
              content: { 'application/json': { schema: { $ref: `#/components/schemas/Thing${at % 900}` } } },
            },
          },
        },
      },
    ]),
  );
  const schemas = Object.fromEntries(
    Array.from({ length: 900 }, (_, at) => [
      `Thing${at}`,
      {
        type: 'object',
        properties: { ...fields(85), next: { $ref: `#/components/schemas/Thing${(at + 1) % 900}` } },
      },
    ]),
  );
  return JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'Large', version: '1' },
    paths,
    components: { schemas },
  });
}

function smallDocument(api: number): string {
  const paths = Object.fromEntries(
    Array.from({ length: OPERATIONS }, (_, at) => [
      `/items-${at}/{id}`,
      {
        get: {
          operationId: `readItem${at}OfService${api}`,
          summary: `Read item ${at}`,
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          responses: { 200: { description: 'OK' } },
        },
      },
    ]),
  );
  return JSON.stringify({
    openapi: '3.1.0',
    info: { title: `Service ${api}`, version: '1', description: 'A service of many.' },
    paths,
  });
}

/** Time on processors, which does not depend on what else the machine does. */
function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function measureCompilation() {
  const text = largeDocument();
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const document = await readDocument(text, new AbortController().signal);
  const compileMs = performance.now() - startedAt;
  const compileCpuMs = cpuMsSince(cpuBefore);
  clearInterval(timer);
  return {
    document,
    figures: {
      documentBytes: text.length,
      compileMs,
      compileCpuMs,
      compileRssMb: (peak - before) / 1024 / 1024,
    },
  };
}

const fetched = (document: FetchedDocument['document']): FetchedDocument => ({
  document,
  fetchedAt: new Date(),
  isStale: false,
});

const { document: large, figures } = await measureCompilation();
const documents = new Map<string, FetchedDocument>([['API/default/large', fetched(large)]]);
const names = Array.from({ length: APIS }, (_, at) => `service-${at}`);
names.forEach((name, at) =>
  documents.set(`API/default/${name}`, fetched(normaliseDocument(smallDocument(at)))),
);

const portal: Portal = {
  source: ref('APIPortal', 'bench'),
  title: 'Bench',
  description: '',
  shows: { kind: 'gateway', key: 'APIGateway/default/gateway' },
  auth: { kind: 'platform' },
  theme: { accent: null, accentDark: null, font: 'sans', radiusPx: 6 },
  logoUrl: null,
  isRemote: false,
};
const apiRoute = (name: string) => ({
  ...route({
    id: name,
    rule: `Host(\`api.localhost\`) && PathPrefix(\`/${name}\`)`,
    guard: apiGuard({ api: ref('API', name), prefix: `/${name}` }),
  }),
  hosts: ['api.localhost'],
});
const portals = new Portals({
  log: logger,
  documents: (key) => documents.get(key) ?? null,
  platformUrl: 'http://127.0.0.1:1',
  signInSettings: () => SETTINGS,
  changeOwnObjects: () => Promise.reject(new Error('there is no platform')),
});
const SETTINGS = { publicUrl: null, clientId: 'bench', secret: SECRET, workspace: 'default' };
const gateway = new Gateway({
  listen: { http: { host: '127.0.0.1', port: 0 } },
  logger,
  metrics: { record: () => undefined },
  portals,
  ownCredentials: portals.tokens,
});
portals.attach(gateway);
gateway.swap(
  model(
    [
      {
        ...route({ id: 'portal', rule: `Host(\`${HOST}\`)`, target: { kind: 'portal', portal } }),
        hosts: [HOST],
      },
      ...['large', ...names].map(apiRoute),
    ],
    [service('up', { port: 1 })],
  ),
);
const port = (await gateway.start()).http?.port ?? 0;
const [field = ''] = await portalCookies(SECRET, portal, HOST).session.write({
  id: 'bench',
  userId: 'usr',
  email: 'bench@example.com',
  name: 'Bench',
  groups: ['crew'],
  accessToken: null,
  isPreview: false,
});
const cookie = field.split(';')[0] ?? '';

/** Milliseconds to the first byte, those of them on a processor, and the page. */
function get(path: string): Promise<{ ms: number; cpuMs: number; text: string }> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const cpuBefore = process.cpuUsage();
    const outgoing = request(
      { host: '127.0.0.1', port, path, headers: { host: HOST, cookie }, agent: false },
      (response) => {
        const ms = performance.now() - startedAt;
        const cpuMs = cpuMsSince(cpuBefore);
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ ms, cpuMs, text: Buffer.concat(chunks).toString() }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** Returns the medians of 15 requests, by the name of the figures. */
async function median(name: string, path: string): Promise<Record<string, number>> {
  const times: { ms: number; cpuMs: number }[] = [];
  for (let count = 0; count < 15; count++) times.push(await get(path));
  const middle = (values: number[]): number => values.toSorted((a, b) => a - b)[7] ?? 0;
  return {
    [`${name}Ms`]: middle(times.map(({ ms }) => ms)),
    [`${name}CpuMs`]: middle(times.map(({ cpuMs }) => cpuMs)),
  };
}

await portals.prepare();
const cold = await get('/');
const operation = await get('/apis/large@default/operations/getThing7');
const coldSearch = await get('/search?q=item%2019%20of');
const browser = join(import.meta.dirname, '../browser');
const script = readdirSync(browser)
  .filter((name) => name.endsWith('.js'))
  .map((name) => readFileSync(join(browser, name)));
process.send?.({
  ...figures,
  catalogueColdMs: cold.ms,
  catalogueColdCpuMs: cold.cpuMs,
  ...(await median('catalogue', '/')),
  operationColdMs: operation.ms,
  operationElements: operation.text.split(/<[a-z]/).length - 1,
  searchColdMs: coldSearch.ms,
  searchColdCpuMs: coldSearch.cpuMs,
  ...(await median('search', '/search?q=readItem19OfService4')),
  ...(await median('searchTypo', '/search?q=raedItem19')),
  scriptGzipBytes: gzipSync(Buffer.concat(script)).length,
});
await gateway.stop(0);
process.exit(0);
