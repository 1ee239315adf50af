import {
  NOT_FOUND,
  startStandIn,
  UNAUTHORISED,
  type Answer,
  type Directory,
  type StandIn,
} from './directory.ts';

const PAGE = 2;

/** Starts a server with Okta's management API as documented: pages by `Link`, one API token. */
export function startOkta(directory: Directory): Promise<StandIn> {
  return startStandIn(directory, (url, request) => {
    if (url.pathname.startsWith('/.well-known/')) return { body: { id: 'org' } };
    if (url.pathname === '/oauth2/default/.well-known/openid-configuration') {
      const issuer = `http://${request.headers.host}/oauth2/default`;
      return { body: { issuer, jwks_uri: `${issuer}/v1/keys`, token_endpoint: `${issuer}/v1/token` } };
    }
    if (request.headers.authorization !== 'SSWS okta secret') return UNAUTHORISED;
    if (url.pathname === '/api/v1/users') return page(url, directory.users.map(userOf));
    if (url.pathname === '/api/v1/groups') {
      return page(
        url,
        directory.groups.map(({ id, name }) => ({ id, profile: { name } })),
      );
    }
    const id = /^\/api\/v1\/groups\/([^/]+)\/users$/.exec(url.pathname)?.[1];
    const group = directory.groups.find((candidate) => candidate.id === id);
    return group
      ? page(
          url,
          group.members.map((member) => ({ id: member })),
        )
      : NOT_FOUND;
  });
}

function page(url: URL, items: readonly unknown[]): Answer {
  const after = Number(url.searchParams.get('after') ?? 0);
  const body = items.slice(after, after + PAGE);
  if (after + PAGE >= items.length) return { body };
  const next = new URL(url);
  next.searchParams.set('after', String(after + PAGE));
  return { body, headers: { link: `<${url.href}>; rel="self", <${next.href}>; rel="next"` } };
}

function userOf(user: Directory['users'][number]) {
  return {
    id: user.id,
    status: user.enabled === false ? 'SUSPENDED' : 'ACTIVE',
    profile: {
      email: user.email,
      firstName: user.first,
      lastName: user.last,
      organization: user.company ?? null,
    },
  };
}
