import type { IncomingMessage } from 'node:http';
import {
  NOT_FOUND,
  startStandIn,
  UNAUTHORISED,
  type Answer,
  type Directory,
  type StandIn,
} from './directory.ts';

type Group = Directory['groups'][number];

/** Starts a server with Keycloak's admin REST API as documented: one realm, `airline`, with an administrator. */
export function startKeycloak(directory: Directory): Promise<StandIn> {
  let issued = 0;
  return startStandIn(directory, (url, request, body) => {
    if (/^\/realms\/(?!airline\/)/.test(url.pathname)) return NOT_FOUND;
    if (url.pathname === '/realms/airline/.well-known/openid-configuration')
      return { body: { issuer: url.href } };
    if (url.pathname === '/realms/airline/protocol/openid-connect/token') {
      const form = new URLSearchParams(body);
      const isRight = form.get('username') === 'sync' && form.get('password') === 'keycloak secret';
      return isRight ? { body: { access_token: `token-${(issued += 1)}`, expires_in: 60 } } : UNAUTHORISED;
    }
    if (!isCurrent(request, issued)) return UNAUTHORISED;
    return admin(url, directory);
  });
}

function isCurrent(request: IncomingMessage, issued: number): boolean {
  return request.headers.authorization === `Bearer token-${issued}`;
}

function admin(url: URL, { users, groups }: Directory): Answer {
  if (url.pathname === '/admin/realms/airline/users/count')
    return { body: new Set(users.map(({ id }) => id)).size };
  const [, resource, id, part] =
    /^\/admin\/realms\/airline\/(users|groups)(?:\/([^/]+)\/(\w+))?$/.exec(url.pathname) ?? [];
  const first = Number(url.searchParams.get('first') ?? 0);
  const page = <T>(items: readonly T[]) =>
    items.slice(first, first + Number(url.searchParams.get('max') ?? 100));
  if (resource === 'users') return { body: page(users).map(userOf) };
  if (resource !== 'groups') return NOT_FOUND;
  if (id === undefined) return { body: page(groups).map((group) => groupOf(group)) };
  const group = find(groups, decodeURIComponent(id));
  if (!group) return NOT_FOUND;
  if (part === 'children') return { body: page(group.children ?? []).map((child) => groupOf(child)) };
  return {
    body: page(group.members).flatMap((member) => users.filter((user) => user.id === member).map(userOf)),
  };
}

function userOf(user: Directory['users'][number]) {
  return {
    id: user.id,
    username: user.id,
    email: user.email,
    firstName: user.first,
    lastName: user.last,
    enabled: user.enabled ?? true,
    ...(user.company ? { attributes: { company: [user.company] } } : {}),
  };
}

function groupOf({ id, name, children = [] }: Group) {
  return { id, name, path: `/${name}`, subGroupCount: children.length, subGroups: [] };
}

function find(groups: readonly Group[], id: string): Group | undefined {
  for (const group of groups) {
    const found = group.id === id ? group : find(group.children ?? [], id);
    if (found) return found;
  }
  return undefined;
}
