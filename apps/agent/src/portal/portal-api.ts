import type { PlatformError } from '@portolan/contract/client';
import { emptyReply, problemReply, type Reply } from '../gateway/http/reply.ts';
import { bundleViews, planViews } from './applications/application-api.ts';
import type { ListedApi, ListedVersion } from './catalogue/catalogue.ts';
import { rawDocument } from './catalogue/raw-document.ts';
import { publicPrefix } from './catalogue/sample-request.ts';
import { apiPath, findVersion, visibleApis, type ApiName, type VisibleApi } from './catalogue/visible.ts';
import { isAway, type OwnKeys } from './keys/own-keys.ts';
import { jsonReply, PRIVATE, readJson } from './json.ts';
import { goDuration } from './limits.ts';
import type { PortalRequest } from './portal-request.ts';
import type { Session } from './sign-in/session.ts';

/** Responds to `GET /api/`: the portal and its APIs, as the user interface of Traefik Hub reads them. */
export function portalView(request: PortalRequest): Reply {
  const { portal, router } = request;
  const apis = visibleApis(request);
  const byCollection = Map.groupBy(apis, ({ api }) => api.collection);
  const collections = [...byCollection].flatMap(([name, of]) =>
    name === null
      ? []
      : [{ name, pathPrefix: collectionPrefix(of), apis: of.map((api) => apiView(request, api)) }],
  );
  return jsonReply(200, {
    title: portal.title,
    description: portal.description,
    logoUrl: portal.logoUrl === null ? '' : '/_portal/logo',
    jwtAuth: router.model.apiAuth.kind === 'jwt',
    collections: collections.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    ...(request.own === null ? {} : { bundles: bundleViews(request.own) }),
    apis: (byCollection.get(null) ?? []).map((api) => apiView(request, api)),
  });
}

/** The part of the prefix that all APIs of a collection share is the collection's own. */
function collectionPrefix(apis: readonly VisibleApi[]): string {
  const prefixes = apis.map(({ api }) => prefixOf(api).split('/'));
  const [first = []] = prefixes;
  const length = first.findIndex(
    (part, at) => prefixes.some((other) => other[at] !== part) || at === first.length - 1,
  );
  return first.slice(0, Math.max(0, length)).join('/');
}

function prefixOf({ versions }: ListedApi): string {
  const place = versions[0]?.routes[0];
  return (place === undefined ? '' : publicPrefix(place)) || '/';
}

function apiView(request: PortalRequest, { api, versions, current }: VisibleApi): object {
  const limit =
    current.index === null
      ? null
      : (request.rights.operations(current.version, current.index)[0]?.admission?.limit ?? null);
  const isVersioned = current.version.name !== null;
  return {
    name: api.name,
    specLink: apiPath(api),
    pathPrefix: prefixOf(api),
    ...(isVersioned
      ? {
          currentVersion: current.version.name,
          versions: versions.map(({ version }) => versionView(version)),
        }
      : {}),
    ...(request.own === null ? {} : { plans: planViews(request.own, api.key) }),
    ...(limit === null ? {} : { rateLimit: { limit: limit.limit, period: goDuration(limit.periodMs) } }),
  };
}

function versionView({ name, title, release }: ListedVersion): object {
  return { name, semverVersion: (release ?? '').replace(/^v/, ''), title, release: release ?? '' };
}

/** Responds to `GET /api/apis/…`: the OpenAPI document of an API or of one of its versions. */
export async function specification(request: PortalRequest, name: ApiName): Promise<Reply> {
  const visible = findVersion(request, name);
  if (visible === null) return problemReply(404, 'There is no such API, or you may not use it.');
  const text = await rawDocument(request, visible);
  if (text === null) return problemReply(404, 'This API is published without a description.');
  return { status: 200, headers: ['Content-Type', 'application/json', ...PRIVATE], body: text };
}

/** Responds to calls of `/api/tokens`: the caller's keys, by name. */
export async function tokens(request: PortalRequest, keys: OwnKeys, path: string): Promise<Reply> {
  const { session, exchange } = request;
  if (session === null) return problemReply(401, 'Sign in first.');
  try {
    return await tokenCall(session, keys, { method: exchange.method, path, body: await readJson(request) });
  } catch (error) {
    if (isAway(error)) return problemReply(503, 'The platform cannot be reached.');
    const { status, message } = error as PlatformError;
    return problemReply(status, message);
  }
}

async function tokenCall(
  session: Session,
  keys: OwnKeys,
  {
    method,
    path,
    body,
  }: { readonly method: string; readonly path: string; readonly body: Record<string, unknown> },
): Promise<Reply> {
  const name = typeof body['name'] === 'string' ? body['name'] : '';
  if (path === '/api/tokens' && method === 'GET') {
    const list = await keys.list(session);
    return jsonReply(
      200,
      list.keys.map((key) => ({ name: key.name, suspended: key.state === 'suspended' })),
    );
  }
  if (path === '/api/tokens' && method === 'POST') {
    const { key } = await keys.create(session, { name });
    return jsonReply(201, { token: key });
  }
  const id = (await keys.list(session)).keys.find((key) => key.name === name)?.id;
  if (id === undefined) return problemReply(404, 'You have no key of this name.');
  if (path === '/api/tokens/suspend' && method === 'POST') {
    await keys.setState(session, id, body['suspend'] === true ? 'suspended' : 'active');
    return emptyReply(200, PRIVATE);
  }
  if (path === '/api/tokens' && method === 'DELETE') {
    await keys.delete(session, id);
    return emptyReply(204, PRIVATE);
  }
  return problemReply(405, 'This method is not allowed here.');
}
