import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { pino } from 'pino';
import { onTestFinished, vi } from 'vitest';
import { Compiler, type CompileContext } from '@portolan/resources/compile/compiler';
import type { ObjectRef } from '@portolan/resources/model/object-ref';
import { objectKey } from '@portolan/resources/kinds/object';
import type { Generation } from '@portolan/resources/kinds/registry';
import { loadManifests } from '@portolan/resources/manifests/load';
import { documentSources } from '../../gateway/openapi/sources.ts';
import { OpenApiDocuments } from '../../gateway/openapi/documents.ts';
import { Gateway } from '../../gateway/gateway.ts';
import type { FinishedExchange } from '../../gateway/exchange/finished-exchange.ts';
import { ask, type Answer } from '../../gateway/testing/servers.ts';
import { Portals } from '../portals.ts';
import { portalCookies } from '../sign-in/session.ts';

const SECRET = 'a secret that the agents of a cluster share';

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly host?: string;
}

export interface RunningPortal {
  readonly gateway: Gateway;
  readonly records: readonly FinishedExchange[];
  /** Signs in as a user, without a platform to keep keys. */
  signIn(user: { id?: string; groups: readonly string[] }): Promise<SignedIn>;
  send(path: string, sent?: Sent): Promise<Answer>;
  /** Replaces all manifests; returns the problems, each as one line. */
  apply(yaml: string): readonly string[];
}

interface SignedIn {
  readonly cookie: string;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  post(
    path: string,
    form: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
}

export const PORTAL_HOST = 'portal.localhost';
export const API_HOST = 'api.localhost';
const PORTAL_KEY = 'APIPortal.hub.traefik.io//main';
/** Of generation v3, in namespace `city`. */
const PORTAL_KEY_V3 = 'APIPortal.hub.traefik.io/city/main';

/** Serves manifests with a portal `main` of gateway `gw`, and waits until all of their documents have been read. */
export function startPortal(yaml: string, port?: number): Promise<RunningPortal> {
  return start(yaml, { generation: 'v2', portalKey: PORTAL_KEY, ...(port === undefined ? {} : { port }) });
}

/** Serves manifests of generation v3 with a portal `main` in namespace `city`. */
export function startPortalV3(yaml: string): Promise<RunningPortal> {
  return start(yaml, { generation: 'v3', portalKey: PORTAL_KEY_V3 });
}

async function start(
  yaml: string,
  {
    generation,
    portalKey,
    port,
  }: { readonly generation: Generation; readonly portalKey: string; readonly port?: number },
): Promise<RunningPortal> {
  const compile = compilerOf(generation, portalKey);
  const { model, objects } = compile(yaml);
  const logger = pino({ level: 'silent' });
  const documents = new OpenApiDocuments({ logger, onChange: () => undefined });
  const portals = new Portals({
    log: logger,
    documents: (key) => documents.find(key),
    platformUrl: 'http://127.0.0.1:1',
    signInSettings: () => SETTINGS,
    changeOwnObjects: () => Promise.reject(new Error('there is no platform')),
  });
  const records: FinishedExchange[] = [];
  const gateway = new Gateway({
    listen: { http: { host: '127.0.0.1', port: 0 }, portal: { host: '127.0.0.1', port: port ?? 0 } },
    logger,
    metrics: { record: (request) => void records.push(request) },
    portals,
    ownCredentials: portals.tokens,
  });
  portals.attach(gateway);
  gateway.swap(model);
  const { http } = await gateway.start();
  documents.want(documentSources(objects, model));
  onTestFinished(async () => {
    documents.close();
    await gateway.stop(0);
  });
  await vi.waitFor(() => {
    if ([...documents.documents.values()].includes(null)) throw new Error(JSON.stringify(documents.problems));
  }, 20_000);
  const send = (path: string, { host = PORTAL_HOST, headers, ...sent }: Sent = {}) =>
    ask(http?.port ?? 0, { path, headers: { host, ...headers }, ...sent });
  return {
    gateway,
    records,
    send,
    apply(text) {
      const { model: next, problems } = compile(text);
      gateway.swap(next);
      return problems.map(({ kind, name, field, message }) => `${kind} ${name} ${field}: ${message}`);
    },
    signIn: (user) => signIn(user, portalKey, send),
  };
}

/** Returns a function that compiles all manifests anew. */
function compilerOf(generation: Generation, portalKey: string) {
  const compiler = new Compiler({ generation });
  let known = new Set<string>();
  return (text: string) => {
    const { objects, problems } = loadManifests(text, 'test.yaml', { generation, namespace: 'default' });
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    const keys = new Set(objects.map(({ object }) => objectKey(object)));
    const deletes = [...known].filter((key) => !keys.has(key));
    known = keys;
    const result = compiler.update({ upserts: objects, deletes, context: contextOf(portalKey) });
    return { ...result, objects };
  };
}

async function signIn(
  { id = 'usr_ada', groups }: { id?: string; groups: readonly string[] },
  portalKey: string,
  send: RunningPortal['send'],
): Promise<SignedIn> {
  const { session } = portalCookies(
    SECRET,
    { source: refOf(portalKey), auth: { kind: 'platform' } },
    PORTAL_HOST,
  );
  const [field = ''] = await session.write({
    id: randomUUID(),
    userId: id,
    email: `${id}@example.com`,
    name: 'Ada',
    groups: [...groups],
    accessToken: null,
    isPreview: false,
  });
  const cookie = field.split(';')[0] ?? '';
  return {
    cookie,
    get: (path, more = {}) => send(path, { headers: { cookie, ...more } }),
    post: (path, form, more = {}) =>
      send(path, {
        method: 'POST',
        headers: {
          cookie,
          'content-type': 'application/x-www-form-urlencoded',
          'sec-fetch-site': 'same-origin',
          ...more,
        },
        body: new URLSearchParams(form).toString(),
      }),
  };
}

function refOf(key: string): ObjectRef {
  const [, namespace = '', name = ''] = key.split('/');
  return { key, kind: 'APIPortal', namespace, name };
}

function contextOf(portalKey: string): CompileContext {
  return {
    domains: new Map([
      ['APIGateway.hub.traefik.io//gw', { generated: API_HOST, custom: [] }],
      [portalKey, { generated: PORTAL_HOST, custom: [] }],
    ]),
    apiAuth: { kind: 'apiKey', source: { header: 'Authorization', headerAuthScheme: 'Bearer' } },
  };
}

const SETTINGS = { publicUrl: null, clientId: 'portal-test', secret: SECRET, workspace: 'default' };

/** Returns a ticket as the platform makes them. */
export function ticketFor(
  { id = 'usr_ada', groups }: { id?: string; groups: readonly string[] },
  { secret = SECRET, portal = PORTAL_KEY, expires = '1m' } = {},
): Promise<string> {
  return new SignJWT({ email: `${id}@example.com`, name: 'Ada', groups })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(id)
    .setAudience(`preview ${portal}`)
    .setExpirationTime(expires)
    .sign(Buffer.from(secret));
}
