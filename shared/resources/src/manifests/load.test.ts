import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadManifests } from './load.ts';

const api = (name: string): string =>
  `apiVersion: hub.traefik.io/v1alpha1\nkind: API\nmetadata:\n  name: ${name}\n`;
const summary = (input: string | Uint8Array, options = {}) => {
  const { objects, problems } = loadManifests(input, 'x.yaml', options);
  return {
    objects: objects.map(({ object, origin }) => `${object.kind} ${object.metadata.name} @${origin.line}`),
    problems: problems.map(({ code, line, field }) => [code, line, field].filter(Boolean).join(' ')),
  };
};

describe('reads as kubectl does', () => {
  test('several documents, empty ones and comments', () => {
    expect(summary(`# first\n---\n${api('a')}---\n---\n# none\n---\n${api('b')}...\n`)).toEqual({
      objects: ['API a @3', 'API b @11'],
      problems: [],
    });
  });

  test('lists of objects, each with its line', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: s}\n- apiVersion: v1\n  kind: Secret\n`;
    expect(summary(list)).toEqual({ objects: ['Service s @4'], problems: ['not-an-object 7 metadata'] });
  });

  test('JSON', () => {
    expect(
      summary(
        '{"apiVersion": "v1", "kind": "List", "items": [\n{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}}]}',
      ),
    ).toEqual({ objects: ['Service s @2'], problems: [] });
  });

  test('the scalars of YAML 1.1, without its dates, sexagesimal numbers and exotic tags', () => {
    const text = `${api('a')}spec: {a: yes, b: off, c: 0644, d: 2024-01-01, e: 12:30:45, f: "yes", h: 0x1f}`;
    expect(loadManifests(text, 'x').objects[0]?.object.spec).toEqual({
      a: true,
      b: false,
      c: 420,
      d: '2024-01-01',
      e: '12:30:45',
      f: 'yes',

      h: 31,
    });
  });

  test('anchors, aliases and merge keys', () => {
    const text = `${api('a')}x: &x {a: 1}\nspec: {<<: *x, b: *x}`;
    expect(loadManifests(text, 'x').objects[0]?.object.spec).toEqual({ a: 1, b: { a: 1 } });
  });

  test('namespaces: filled in where the kind has one, emptied where it has none', () => {
    const text = `${api('a')}---\n${api('b')}  namespace: own\n---\napiVersion: hub.traefik.io/v1alpha1\nkind: APIGateway\nmetadata: {name: g, namespace: x}\n`;
    const namespaces = (options = {}) =>
      loadManifests(text, 'x', options).objects.map(({ object }) => object.metadata.namespace);
    expect(namespaces()).toEqual(['default', 'own', undefined]);
    expect(namespaces({ namespace: 'team' })).toEqual(['team', 'own', undefined]);
  });

  test('a byte order mark is no content', () => {
    expect(summary(Buffer.from(`\uFEFF${api('a')}`)).objects).toEqual(['API a @1']);
  });
});

describe('names what is no object', () => {
  test.each([
    ['just text', 'not-an-object 1'],
    ['[1, 2]', 'not-an-object 1'],
    ['kind: API\nmetadata: {name: a}', 'not-an-object 1 apiVersion'],
    ['apiVersion: v1\nmetadata: {name: a}', 'not-an-object 1 kind'],
    ['apiVersion: v1\nkind: Service', 'not-an-object 1 metadata'],
    ['apiVersion: v1\nkind: Service\nmetadata: {}', 'not-an-object 1 metadata.name'],
    ['apiVersion: v1\nkind: Service\nmetadata: {name: 12}', 'not-an-object 1 metadata.name'],
    [
      'apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: n}',
      'not-an-object 1 metadata.namespace',
    ],
    [
      'apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {a: 1}}',
      'not-an-object 1 metadata.labels.a',
    ],
    [
      'apiVersion: v1\nkind: Service\nmetadata: {name: a, annotations: []}',
      'not-an-object 1 metadata.annotations',
    ],
    ['apiVersion: 1\nkind: Service\nmetadata: {name: a}', 'not-an-object 1 apiVersion'],
  ])('%j', (text, problem) => {
    expect(summary(text)).toEqual({ objects: [], problems: [problem] });
  });

  test('says how to put a number into quotes', () => {
    const [problem] = loadManifests('apiVersion: v1\nkind: Service\nmetadata: {name: 12}', 'x').problems;
    expect(problem).toMatchObject({
      message: 'Invalid value: 12: must be text',
      fix: 'put it in quotes: "12"',
    });
  });

  test('and goes on with the rest of the file', () => {
    expect(summary(`kind: [\n---\n${api('a')}`)).toEqual({
      objects: ['API a @3'],
      problems: expect.any(Array),
    });
  });
});

describe('unknown kinds', () => {
  const first = (text: string, options = {}) => loadManifests(text, 'x', options).problems[0];

  test('a mistyped kind is an error with the nearest one', () => {
    expect(first('apiVersion: hub.traefik.io/v1alpha1\nkind: ApiGatway\nmetadata: {name: g}')).toMatchObject({
      code: 'unknown-kind',
      severity: 'error',
      field: 'kind',
      fix: 'did you mean APIGateway?',
    });
  });

  test('a kind of the other generation is an error that says so', () => {
    expect(first('apiVersion: hub.traefik.io/v1alpha1\nkind: APIPlan\nmetadata: {name: p}')).toMatchObject({
      severity: 'error',
      fix: 'APIPlan is a kind of generation v3; this runs generation v2, see --generation',
    });
  });

  test('a kind of a near group or another version is an error with the right apiVersion', () => {
    for (const apiVersion of ['hub.traefik.io/v1', 'hub.traefik.oi/v1alpha1']) {
      expect(first(`apiVersion: ${apiVersion}\nkind: API\nmetadata: {name: a}`)).toMatchObject({
        severity: 'error',
        field: 'apiVersion',
        fix: 'write apiVersion: hub.traefik.io/v1alpha1',
      });
    }
  });

  test('a kustomization is ignored with a note', () => {
    expect(
      loadManifests(
        `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n---\n${api('a')}`,
        'k.yaml',
      ),
    ).toMatchObject({
      objects: [{ object: { kind: 'API' } }],
      problems: [{ code: 'kustomization-ignored', severity: 'warning', file: 'k.yaml', line: 1 }],
    });
  });

  test('a kustomization may leave out apiVersion and kind where its name says what it is', () => {
    const text = 'resources: [a.yaml]\nnamePrefix: city-';
    expect(loadManifests(text, 'city/kustomization.yaml')).toMatchObject({
      objects: [],
      problems: [{ code: 'kustomization-ignored', severity: 'warning' }],
    });
    expect(loadManifests(text, 'city/other.yaml').problems).toMatchObject([{ severity: 'error' }]);
  });

  test("other people's kinds are left alone", () => {
    expect(summary('apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}')).toEqual({
      objects: ['CronJob c @1'],
      problems: [],
    });
  });
});

describe('bad input is bounded and named', () => {
  test('exotic tags', () => {
    expect(summary(`${api('a')}---\n${api('b')}spec: !!binary aGk=`)).toEqual({
      objects: ['API a @1'],
      problems: ['manifest-syntax 10'],
    });
  });

  test('more problems than anyone reads', () => {
    const { problems } = loadManifests('---\ntext\n'.repeat(150), 'x');
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)?.message).toBe('the file has 100 problems or more; the rest of it was not read');
  });

  test('a faulty document does not take the others with it', () => {
    expect(summary(`${api('a')}---\nx: [\n---\n${api('b')}---\nx: {a: 1, a: 2}\n`)).toEqual({
      objects: ['API a @1', 'API b @8'],
      problems: ['manifest-syntax 7', 'manifest-duplicate-key 13'],
    });
  });

  test('an alias of a part of itself', () => {
    expect(summary('a: &a [*a]').problems).toEqual(['manifest-alias-bomb 1']);
  });

  test('merge keys that copy too much', () => {
    const keys = Array.from({ length: 1_000 }, (_, index) => `k${index}: 1`).join(', ');
    expect(summary(`x: &x {${keys}}\ny:\n${'- {<<: *x}\n'.repeat(100)}`).problems[0]).toMatch(
      /^manifest-alias-bomb/,
    );
  });

  test('a file that is too large', () => {
    expect(loadManifests('x'.repeat(8 * 1024 * 1024 + 1), 'x').problems[0]?.message).toBe(
      'the file is larger than 8 MiB, the limit for a manifest',
    );
    expect(summary('abcd', { sizeBytesMax: 3 }).problems).toEqual(['manifest-too-large 1']);
  });

  test('bytes that are not UTF-8', () => {
    expect(summary(new Uint8Array([0x61, 0xff, 0xfe])).problems).toEqual(['manifest-not-utf8 1']);
  });

  test('duplicate keys, with their line', () => {
    expect(summary('a: 1\nb: 2\na: 3').problems).toEqual(['manifest-duplicate-key 3']);
  });

  test('syntax errors, with their line', () => {
    expect(summary('a: 1\nb: [1, 2\nc: }').problems[0]).toBe('manifest-syntax 3');
  });

  test('alias bombs', () => {
    const levels = Array.from({ length: 12 }, (_, index) => {
      const above = index === 0 ? '"lol"' : `*l${index - 1}`;
      return `l${index}: &l${index} [${Array.from({ length: 9 }, () => above).join(', ')}]`;
    });
    expect(summary(levels.join('\n')).problems).toEqual(['manifest-alias-bomb 1']);
  });

  test.each([
    ['brackets', '['.repeat(3_000_000)],
    ['closed brackets', '['.repeat(4_000) + ']'.repeat(4_000)],
    ['items of items', `${'- '.repeat(1_000_000)}x`],
    [
      'deeper and deeper maps',
      Array.from({ length: 3_000 }, (_, index) => `${' '.repeat(index)}a:`).join('\n'),
    ],
    ['somewhat too deep', `${'['.repeat(65)}${']'.repeat(65)}`],
  ])('nesting: %s', (_name, text) => {
    const started = performance.now();
    expect(summary(text).problems[0]).toMatch(/^manifest-too-deep/);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('a key named __proto__ is a key', () => {
    const { objects } = loadManifests(`${api('a')}spec: {__proto__: {polluted: true}}`, 'x');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(objects[0]?.object.spec ?? {})).toEqual(['__proto__']);
  });

  test('any text or bytes give objects or problems, never an exception', () => {
    const fragments = fc.constantFrom(
      '---\n',
      'apiVersion: v1\n',
      'kind: List\n',
      'items:\n',
      '- ',
      '&a ',
      '*a',
      '!!set ',
      '? ',
      ': ',
      '{',
      '}',
      '[',
      ']',
      '|\n',
      '"',
      "'",
      '<<: ',
      '\t',
      '\n  ',
      '%TAG ! x\n',
      '\u0000',
      '\uFEFF',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.oneof(fragments, fc.string())).map((parts) => parts.join('')),
          fc.uint8Array(),
        ),
        (input) => {
          const { objects, problems } = loadManifests(input, 'x');
          for (const { object } of objects) expect(typeof object.metadata.name).toBe('string');
          for (const problem of problems) expect(problem.message).not.toBe('');
        },
      ),
      { numRuns: 500 },
    );
  });
});
