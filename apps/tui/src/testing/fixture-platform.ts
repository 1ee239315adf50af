import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { listAccessTokens } from '@portolan/contract/access-tokens';
import { listAlertReceivers } from '@portolan/contract/alert-receivers';
import { listAlertRules, listAlerts } from '@portolan/contract/alerts';
import { listAudit } from '@portolan/contract/audit';
import { getChangeSet, getClusterSync, listChangeSets, planChanges } from '@portolan/contract/changes';
import { listBrokers, listClusters, listTunnels } from '@portolan/contract/clusters';
import type { ErrorBody } from '@portolan/contract/errors';
import { EVENTS_PATH, type ChangeEvent, type Topic } from '@portolan/contract/events';
import { listMetricChanges } from '@portolan/contract/metrics-top';
import { createKey, listKeys, type ApiKey } from '@portolan/contract/keys';
import { listInvitations, listMembers } from '@portolan/contract/members';
import { listScimTokens } from '@portolan/contract/scim-tokens';
import { listProviders } from '@portolan/contract/providers';
import type { RouteDefinition, RouteOutput } from '@portolan/contract/route';
import { getResource, listApis, listProblems, listResources } from '@portolan/contract/resources';
import { whoAmI } from '@portolan/contract/sessions';
import { getMetrics, listLogs } from '@portolan/contract/telemetry';
import {
  createUser,
  deleteUser,
  getUser,
  listGroups,
  planGroup,
  listUsers,
  updateUser,
  type User,
} from '@portolan/contract/users';
import type { KubernetesObject } from '@portolan/console/kinds/objects';
import { users, type FixtureState } from './fixture-data.ts';

export interface FixturePlatform {
  readonly url: string;
  readonly state: FixtureState;
  /** Every request that came, as `METHOD path`. */
  readonly requests: readonly string[];
  emit(topic: Topic, ids?: readonly string[]): void;
  /** Ends all connections and refuses new ones until `mend`, which also ends what `fail` began. */
  breakOff(): void;
  mend(): void;
  /** Answers the next calls of a route with an error. */
  fail(route: RouteDefinition, error: ErrorBody['error'], status: number): void;
  /** Answers a route in its own way. */
  answer(route: RouteDefinition, handler: Handler): void;
  close(): Promise<void>;
}

type Handler = (params: Readonly<Record<string, string>>, body: unknown, query: URLSearchParams) => unknown;

/** Starts a real HTTP server that answers the contract's routes from lists in memory, with live events. */
export async function startFixturePlatform(state: FixtureState): Promise<FixturePlatform> {
  const requests: string[] = [];
  const streams = new Set<ServerResponse>();
  const failures = new Map<RouteDefinition, { error: ErrorBody['error']; status: number }>();
  let isBroken = false;
  let eventId = 0;
  const emit = (topic: Topic, ids: readonly string[] = []) => {
    eventId += 1;
    const event: ChangeEvent = {
      topic,
      ids: [...ids],
      change: ids.length === 0 ? 'many' : 'updated',
      at: new Date().toISOString(),
    };
    for (const stream of streams) stream.write(`id: ${eventId}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  const routes = [...handlers(state, emit)];
  const server = createServer((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isBroken) return void request.socket.destroy();
    const url = new URL(request.url ?? '/', 'http://fixture');
    if (url.pathname === pathRegex(EVENTS_PATH).exec(url.pathname)?.[0]) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': hello\n\n');
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return;
    }
    requests.push(`${request.method ?? ''} ${url.pathname}`);
    let text = '';
    for await (const chunk of request) text += String(chunk);
    for (const [route, handler] of routes) {
      const match = route.method === request.method ? pathRegex(route.path).exec(url.pathname) : null;
      if (!match) continue;
      const failure = failures.get(route);
      if (failure) return send(response, failure.status, { error: failure.error });
      const result = attempt(() =>
        handler({ ...match.groups }, text === '' ? undefined : JSON.parse(text), url.searchParams),
      );
      if (result instanceof Error)
        return send(response, 409, { error: { code: 'conflict', message: result.message } });
      if (result === undefined && route.response)
        return send(response, 404, { error: { code: 'not-found', message: 'There is no such object.' } });
      return send(response, route.status, result);
    }
    send(response, 404, {
      error: { code: 'not-found', message: `There is no route ${request.method ?? ''} ${url.pathname}.` },
    });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    requests,
    emit,
    breakOff() {
      isBroken = true;
      server.closeAllConnections();
    },
    mend() {
      isBroken = false;
      failures.clear();
    },
    fail: (route, error, status) => void failures.set(route, { error, status }),
    answer: (route, handler) => void routes.unshift([route, handler]),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A handler refuses by throwing. */
function attempt(handle: () => unknown): unknown {
  try {
    return handle();
  } catch (error) {
    return error;
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

function pathRegex(template: string): RegExp {
  return new RegExp(`^${template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

function handlers(
  state: FixtureState,
  emit: (topic: Topic, ids?: readonly string[]) => void,
): readonly (readonly [RouteDefinition, Handler])[] {
  const findUser = (name: string | undefined) =>
    state.users.find((user) => user.id === name || user.email === decodeURIComponent(name ?? ''));
  return [
    [whoAmI, () => state.account],
    [listUsers, (_, __, query) => pageOf(state.users, query)],
    [getUser, (params) => findUser(params['user'])],
    [
      createUser,
      (_, body) => {
        const user = {
          ...users(1)[0],
          ...(body as Partial<User>),
          id: `usr_new${state.users.length}`,
        } as User;
        state.users.push(user);
        emit('users', [user.id]);
        return user;
      },
    ],
    [
      updateUser,
      (params, body) => {
        const user = findUser(params['user']);
        if (user) Object.assign(user, body);
        emit('users', user ? [user.id] : []);
        return user;
      },
    ],
    [
      deleteUser,
      (params) => {
        state.users = state.users.filter((user) => user.id !== params['user']);
        emit('users', [params['user'] ?? '']);
        return undefined;
      },
    ],
    [
      createKey,
      (_, body) => {
        const { user, name } = body as { user: string; name: string };
        const key: ApiKey = {
          id: `key_${state.keys.length}`,
          name,
          userId: findUser(user)?.id ?? '',
          userEmail: user,
          prefix: 'ptl_abc',
          state: 'active',
          expiresAt: null,
          lastUsedAt: null,
          createdAt: new Date().toISOString(),
        };
        state.keys.push(key);
        emit('keys', [key.id]);
        return { ...key, key: 'ptl_abcdefghijklmnop' };
      },
    ],
    ...lists(state),
  ];
}

function lists(state: FixtureState): readonly (readonly [RouteDefinition, Handler])[] {
  return [
    [
      planGroup,
      (params) => {
        const group = state.groups.find(({ id }) => id === params['group']);
        return { group: group?.name ?? '', members: group?.members ?? 0, apis: [], objects: [] };
      },
    ],
    [listGroups, (_, __, query) => pageOf(state.groups, query)],
    [listKeys, (_, __, query) => pageOf(state.keys, query)],
    [listApis, (_, __, query) => pageOf(state.apis, query)],
    [listClusters, (_, __, query) => pageOf(state.clusters, query)],
    [listTunnels, (_, __, query) => pageOf(state.tunnels, query)],
    [listBrokers, (_, __, query) => pageOf(state.brokers, query)],
    [listProblems, (_, __, query) => pageOf(state.problems, query)],
    [listLogs, (_, __, query) => pageOf(state.logs, query)],
    [listResources, (_, __, query) => pageOf(state.resources, query)],
    [getResource, (_, __, query) => resourceOf(query.get('key') ?? '')],
    [getMetrics, () => ({ series: [] })],
    [listMetricChanges, () => ({ changes: [] })],
    [listChangeSets, (_, __, query) => pageOf(state.changes, query)],
    [planChanges, (_, body) => planOf(state, body)],
    [getChangeSet, (params) => changeOf(state, params['revision'])],
    [getClusterSync, () => syncOf(state)],
    ...[listAudit, listAlerts, listAlertRules, listMembers, listInvitations].map(
      (route): readonly [RouteDefinition, Handler] => [route, (_, __, query) => pageOf([], query)],
    ),
    [listProviders, () => ({ items: [] })],
    [listAlertReceivers, () => ({ items: [] })],
    [listScimTokens, () => ({ items: [], endpoint: 'https://portolan.example/scim/v2/default' })],
    [listAccessTokens, () => ({ items: state.sessions })],
  ];
}

function resourceOf(key: string): RouteOutput<typeof getResource> {
  const name = key.split('/').at(-1) ?? '';
  const object = { apiVersion: 'hub.traefik.io/v1alpha1', kind: 'API', metadata: { name } };
  return {
    key,
    clusterId: 'cls_1',
    cluster: 'local',
    apiVersion: object.apiVersion,
    kind: object.kind,
    namespace: 'default',
    name,
    labels: {},
    owner: { kind: 'platform' },
    state: 'synced',
    urls: [],
    revision: 7,
    updatedAt: '2026-11-21T11:00:00Z',
    object,
    // Of another moment than any plan.
    seenRevision: 6,
  };
}

/** Returns a plan that creates whatever is asked for and reaches no caller. */
function planOf(state: FixtureState, body: unknown): RouteOutput<typeof planChanges> {
  const { objects } = body as { readonly objects: readonly KubernetesObject[] };
  const [cluster] = state.clusters;
  return {
    cluster: { id: cluster?.id ?? '', name: cluster?.name ?? '' },
    revision: 7,
    applicable: true,
    counts: { create: objects.length, update: 0, unchanged: 0, delete: 0 },
    changes: objects.map((after) => ({
      key: `${after.kind}.hub.traefik.io/${after.metadata.namespace ?? ''}/${after.metadata.name}`,
      change: 'create',
      before: null,
      after,
      fields: [],
      errors: [],
      conflict: null,
    })),
    affected: [],
    warnings: [],
  };
}

function changeOf(state: FixtureState, revision: string | undefined) {
  const found = state.changes.find((one) => String(one.revision) === revision);
  if (!found) return undefined;
  const object = { apiVersion: 'hub.traefik.io/v1alpha1', kind: 'APIAccess', metadata: { name: 'crew' } };
  const after = { ...object, spec: { groups: ['crew'] } };
  const key = 'APIAccess.hub.traefik.io//crew';
  return { ...found, changes: [{ key, change: 'create', before: null, after, fields: [] }] };
}

function syncOf(state: FixtureState) {
  const [cluster] = state.clusters;
  return {
    cluster: { id: cluster?.id ?? '', name: cluster?.name ?? '', state: cluster?.state ?? 'connected' },
    state: 'in-sync',
    changeSet: null,
    revision: cluster?.revision ?? { desired: 0, applied: 0 },
    appliedAt: null,
    lastReportAt: null,
    counts: { synced: 2, pending: 0, refused: 0 },
    objects: [],
  };
}

function pageOf<T>(items: readonly T[], query: URLSearchParams) {
  const from = Number(query.get('cursor') ?? 0);
  const to = from + Number(query.get('limit') ?? 100);
  return {
    items: items.slice(from, to),
    total: items.length,
    matched: items.length,
    next: to < items.length ? String(to) : null,
  };
}
