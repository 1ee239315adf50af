import type { Reply } from '../gateway/http/reply.ts';
import { apiPath, visibleApis } from './catalogue/visible.ts';
import { PRIVATE } from './json.ts';
import type { PortalRequest } from './portal-request.ts';
import { portalOrigin } from './public-origin.ts';

/** Responds to `/.well-known/api-catalog` (RFC 9727): links to the caller's APIs as a link set (RFC 9264). */
export function apiCatalog(request: PortalRequest): Reply {
  const origin = portalOrigin(request);
  const linkset = visibleApis(request).flatMap(({ api, versions }) =>
    versions.map(({ version }) => ({
      anchor: `${origin}${apiPath(api, version)}`,
      'service-desc': [{ href: `${origin}/api${apiPath(api, version)}`, type: 'application/json' }],
      'service-doc': [{ href: `${origin}${apiPath(api, version)}`, type: 'text/html' }],
    })),
  );
  return {
    status: 200,
    headers: [
      'Content-Type',
      'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"',
      ...PRIVATE,
    ],
    body: JSON.stringify({ linkset }),
  };
}
