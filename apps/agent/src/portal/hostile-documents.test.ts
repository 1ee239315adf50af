import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { upstream } from '../gateway/testing/servers.ts';
import { hub } from './testing/city.ts';
import { startPortalV3 } from './testing/running-portal.ts';

const CORPUS = join(import.meta.dirname, '../gateway/openapi/compile/corpus');
const NAMES = readdirSync(CORPUS);
/** Attributes that templates of pages write; none of them runs anything. */
const ATTRIBUTES =
  /^(?:accept|action|aria-[a-z]+|autocomplete|charset|class|content|data-[a-z]+|download|for|height|href|id|lang|max|maxlength|method|min|name|open|placeholder|rel|required|role|rows|scope|selected|spellcheck|src|start|tabindex|type|value|width|alt)$/;

const idOf = (name: string) => name.replaceAll(/[^a-z\d]+/g, '-');

/** Returns what is wrong with the markup of a page: elements or attributes that only a document can have brought, and links that run. */
function intrusions(body: string): string[] {
  const found: string[] = [];
  for (const [tag, name = '', attributes = ''] of body.matchAll(/<([a-z][^\s/>]*)((?:[^>"]|"[^"]*")*)>/gi)) {
    if (name.toLowerCase() === 'script' && !attributes.startsWith(' type="module" src="/_portal/files/'))
      found.push(tag);
    if (/^(?:iframe|object|embed|base|svg|style|img|video|audio|math|template)$/i.test(name)) found.push(tag);
    for (const [, attribute = '', value = ''] of attributes.matchAll(/([^\s=/"]+)(?:="([^"]*)")?/g)) {
      if (!ATTRIBUTES.test(attribute)) found.push(`${attribute} in ${tag}`);
      const isLink = attribute === 'href' || attribute === 'src' || attribute === 'action';
      if (isLink && !/^(?:\/(?!\/)|#|https?:\/\/|mailto:)/.test(value)) found.push(`${value} in ${tag}`);
      if (attribute === 'src' && !value.startsWith('/_portal/')) found.push(`${value} in ${tag}`);
    }
  }
  return found;
}

it('tells markup that was brought in from its own', () => {
  expect(intrusions('<a href="/x" class="y">x</a><p>&lt;script&gt;</p>')).toEqual([]);
  expect(intrusions('<a href="javascript:alert(1)">')).toHaveLength(1);
  expect(intrusions('<p onclick="x">')).toHaveLength(1);
  expect(intrusions('<script>alert(1)</script>')).toHaveLength(1);
  expect(intrusions('<img src="https://evil.example/">')).toHaveLength(2);
});

it('pages of hostile documents hold nothing that runs, and show every operation that is right', async () => {
  const { port } = await upstream((req, res) => {
    const name = NAMES.find((each) => req.url === `/${idOf(each)}`);
    if (name === undefined) res.writeHead(404).end();
    else res.end(readFileSync(join(CORPUS, name)));
  });
  const service = `
apiVersion: v1
kind: Service
metadata: {name: app, namespace: city}
spec: {type: ExternalName, externalName: 127.0.0.1, ports: [{name: http, port: ${port}}]}
`;
  const apis = NAMES.map((name) => {
    const id = idOf(name);
    return `${hub('API', id, `{openApiSpec: {path: /${id}}}`)}
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: ${id}, namespace: city, annotations: {hub.traefik.io/api: ${id}}}
spec:
  routes:
    - {match: "Host(\`${id}.localhost\`)", kind: Rule, services: [{name: app, port: ${port}}]}
`;
  });
  const all = hub('APIAccess', 'all', '{everyone: true, apiSelector: {}}');
  const main = hub('APIPortal', 'main', '{title: Hostile, trustedUrls: ["http://portal.localhost"]}');
  const portal = await startPortalV3(service + apis.join('') + all + main);
  const ada = await portal.signIn({ groups: [] });
  expect(intrusions((await ada.get('/')).body)).toEqual([]);
  expect(intrusions((await ada.get('/search?q=%3Cscript%3E')).body)).toEqual([]);
  for (const name of NAMES) {
    const path = `/apis/${idOf(name)}@city`;
    const page = await ada.get(path);
    expect([name, page.status, intrusions(page.body)]).toEqual([name, 200, []]);
    const links = new Set(
      [...page.body.matchAll(/href="(\/apis\/[^"]*\/(?:operations|schemas)\/[^"]*)"/g)].map(
        ([, href = '']) => href,
      ),
    );
    for (const href of links) {
      const inner = await ada.get(href);
      expect([href, inner.status, intrusions(inner.body)]).toEqual([href, 200, []]);
      expect([href, inner.body.split(/<[a-z]/).length < 5000]).toEqual([href, true]);
    }
    if (page.body.includes('/operations/ok"'))
      expect((await ada.get(`${path}/operations/ok`)).status).toBe(200);
  }
}, 120_000);
