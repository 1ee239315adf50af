import type { Reply } from '../gateway/http/reply.ts';
import { plainText } from '../gateway/openapi/compile/description.ts';
import { apiPath, titleOf, visibleApis } from './catalogue/visible.ts';
import { portalTitle } from './pages/layout.ts';
import type { PortalRequest } from './portal-request.ts';
import { PRIVATE } from './json.ts';

/** Responds to `/llms.txt` (llmstxt.org): the caller's APIs and operations as Markdown, for programs that read. */
export function llmsText(request: PortalRequest): Reply {
  const origin = originOf(request);
  const sections = visibleApis(request).map(({ api, current }) => {
    const { index, version } = current;
    const text = index === null ? '' : plainText(index.description, 300);
    const operations = index === null ? [] : request.rights.operations(version, index);
    const lines = operations.map(
      ({ entry }) =>
        `- \`${entry.method} ${entry.path}\`${entry.summary === '' ? '' : `: ${oneLine(entry.summary)}`}`,
    );
    return [
      `## ${oneLine(titleOf(current))}`,
      ...(text === '' ? [] : [oneLine(text)]),
      `[OpenAPI document](${origin}/api${apiPath(api, version)})`,
      lines.join('\n'),
    ].join('\n\n');
  });
  const { description } = request.portal;
  const head = [
    `# ${oneLine(portalTitle(request))}`,
    ...(description === '' ? [] : [`> ${oneLine(description)}`]),
  ];
  return {
    status: 200,
    headers: ['Content-Type', 'text/markdown; charset=utf-8', ...PRIVATE],
    body: `${[...head, ...sections].join('\n\n')}\n`,
  };
}

/** Responds to `/.well-known/api-catalog` (RFC 9727): links to the caller's APIs as a link set (RFC 9264). */
export function apiCatalog(request: PortalRequest): Reply {
  const origin = originOf(request);
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

function originOf({ exchange }: PortalRequest): string {
  return `${exchange.scheme}://${exchange.host}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
