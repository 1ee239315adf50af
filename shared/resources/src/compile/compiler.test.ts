import { describe, expect, it } from 'vitest';
import { Compiler } from './compiler.ts';
import { SERVICE, compile, context, objects } from './test-objects.ts';

const api = (name: string, spec: string): string => `
apiVersion: hub.traefik.io/v1alpha1
kind: API
metadata: {name: ${name}}
spec: ${spec}
---
`;
const good = (prefix: string): string => `{pathPrefix: ${prefix}, service: {name: app, port: {number: 80}}}`;
const open = `
apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata: {name: all}
spec: {anyGroups: true, apiSelector: {}}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIGateway
metadata: {name: gw}
spec: {apiAccesses: [all]}
---
`;
const DOMAINS = { 'gateway/gw': ['gw.test'] };

function started(...apis: string[]): Compiler {
  const compiler = new Compiler({ generation: 'v2' });
  compiler.update({ upserts: objects(SERVICE + open + apis.join('')), context: context(DOMAINS) });
  return compiler;
}

describe('quarantine', () => {
  it('keeps the last valid version of an object that breaks, and says so', () => {
    const compiler = started(api('a', good('/a')), api('b', good('/b')));
    const broken = compiler.update({
      upserts: objects(api('a', '{pathPrefix: nope, service: {name: app, port: {number: 80}}}')),
    });
    expect(broken.model.routes.map(({ owner }) => owner.name)).toEqual(['a', 'b']);
    expect(broken.changedRouteIds).toEqual([]);
    expect(broken.problems).toMatchObject([
      {
        code: 'invalid',
        severity: 'error',
        kind: 'API',
        name: 'a',
        field: 'spec.pathPrefix',
        file: 'test.yaml',
        line: 2,
        message: expect.stringMatching(/must start with a '\/'.*serving the last valid version/),
      },
    ]);
    const mended = compiler.update({ upserts: objects(api('a', good('/a2'))) });
    expect(mended.problems).toEqual([]);
    expect(mended.changedRouteIds).toHaveLength(2);
  });

  it('leaves out an object that never was good, and nothing else', () => {
    const result = compile(SERVICE + open + api('a', '{pathPrefix: /a}') + api('b', good('/b')), DOMAINS);
    expect(result.model.routes.map(({ owner }) => owner.name)).toEqual(['b']);
    expect(result.problems).toMatchObject([
      { name: 'a', message: expect.stringContaining('it is not served') },
    ]);
  });

  it('forgets a broken object that is deleted', () => {
    const compiler = started(api('a', good('/a')));
    compiler.update({ upserts: objects(api('a', '{}')) });
    const after = compiler.update({ deletes: ['API.hub.traefik.io/default/a'] });
    expect(after.model.routes).toEqual([]);
    expect(after.problems).toEqual([]);
  });
});

describe('incremental', () => {
  it('keeps the identity of what did not change', () => {
    const compiler = started(api('a', good('/a')), api('b', good('/b')));
    const before = compiler.update({}).model;
    const after = compiler.update({ upserts: objects(api('a', good('/a9'))) });
    const of = (name: string, routes = after.model.routes) =>
      routes.find((route) => route.owner.name === name);
    expect(of('b')).toBe(of('b', before.routes));
    expect(of('a')).not.toBe(of('a', before.routes));
    expect(after.model.services).toBe(before.services);
    expect(before.routes.map((route) => route.guard.kind === 'api' && route.guard.api.prefix)).toEqual([
      '/a',
      '/b',
    ]);
  });

  it('changes no route when only status, bookkeeping or the place in the file change', () => {
    const compiler = started(api('a', good('/a')));
    const before = compiler.update({}).model;
    const same = objects(
      `\n\n${api('a', good('/a')).replace('metadata: {', 'metadata: {resourceVersion: "7", ')}`,
    );
    const after = compiler.update({ upserts: same });
    expect(after.model.routes).toBe(before.routes);
    expect(after.changedRouteIds).toEqual([]);
  });

  it('reports the new line of an object that moved', () => {
    const compiler = new Compiler({ generation: 'v2' });
    compiler.update({ upserts: objects(api('a', good('/a'))) });
    const lines = (result: ReturnType<Compiler['update']>) => result.problems.map(({ line }) => line);
    expect(new Set(lines(compiler.update({ upserts: objects(`\n\n\n${api('a', good('/a'))}`) })))).toEqual(
      new Set([5]),
    );
  });

  it('follows endpoints without touching routes', () => {
    const compiler = started(api('a', good('/a')));
    const before = compiler.update({}).model;
    const moved = SERVICE.slice(SERVICE.indexOf('---') + 4).replace('10.0.0.1', '10.0.0.2');
    const after = compiler.update({ upserts: objects(moved) });
    expect(after.model.routes).toBe(before.routes);
    expect(after.model.services.get('default/app')?.ports[0]?.endpoints).toEqual([
      { host: '10.0.0.2', port: 8080 },
    ]);
    expect(before.services.get('default/app')?.ports[0]?.endpoints).toEqual([
      { host: '10.0.0.1', port: 8080 },
    ]);
  });

  it('withdraws routes when the domain goes', () => {
    const compiler = started(api('a', good('/a')));
    expect(compiler.update({ context: context({ 'gateway/gw': ['new.test'] }) }).model.routes).toMatchObject([
      { hosts: ['new.test'] },
    ]);
    expect(compiler.update({ context: context() }).model.routes).toEqual([]);
  });
});

it('leaves kinds alone that it does not know', () => {
  const result = new Compiler({ generation: 'v2' }).update({
    upserts: objects('apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\n'),
  });
  expect(result.problems).toEqual([]);
});

it('says of TCP routes that they are not served', () => {
  const tcp =
    'apiVersion: traefik.io/v1alpha1\nkind: IngressRouteTCP\nmetadata: {name: db}\nspec: {routes: []}\n';
  expect(compile(tcp).problems).toMatchObject([
    { severity: 'warning', code: 'unsupported', kind: 'IngressRouteTCP', field: 'kind' },
  ]);
});

it('names an unknown field, of a valid object and of one that lacks the field meant', () => {
  const { problems } = compile(
    SERVICE +
      api('valid', '{pathPrefix: /a, service: {name: app, port: {number: 80}}, corss: {}}') +
      api('invalid', '{pathPrefixx: /b, service: {name: app, port: {number: 80}}}'),
  );
  const unknown = problems.filter(({ code }) => code === 'unknown-field');
  expect(unknown).toMatchObject([
    {
      severity: 'error',
      name: 'invalid',
      field: 'spec.pathPrefixx',
      message: expect.stringContaining('unknown field "spec.pathPrefixx"; did you mean pathPrefix?'),
    },
    {
      severity: 'warning',
      name: 'valid',
      field: 'spec.corss',
      message: 'unknown field "spec.corss"; did you mean cors?',
    },
  ]);
});

it('quotes nothing of a Secret', () => {
  const { problems } = compile(
    'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {key: "ses: ame!"}\n',
  );
  expect(problems).toMatchObject([
    { field: 'data.key', message: 'Invalid value: illegal base64 data; it is not served' },
  ]);
});
