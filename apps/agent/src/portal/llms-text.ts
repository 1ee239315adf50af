import { portalTitle } from './catalogue/titles-and-paths.ts';
import type { Reply } from '../gateway/http/reply.ts';
import { plainText } from '../gateway/openapi/compile/description.ts';
import { apiPath, titleOf, visibleApis } from './catalogue/visible.ts';
import type { PortalRequest } from './portal-request.ts';
import { portalOrigin } from './public-origin.ts';
import { PRIVATE } from './json.ts';

/** Responds to `/llms.txt` (llmstxt.org): the caller's APIs and operations as Markdown, for programs that read. */
export function llmsText(request: PortalRequest): Reply {
  const origin = portalOrigin(request);
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

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
