import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Compiler } from '@portolan/resources/compile/compiler';
import { importConfiguration, IMPORTED_PRODUCTS } from '@portolan/resources/import/import-configuration';
import { loadManifests, loadValues } from '@portolan/resources/manifests/load';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';
import { parseRule } from '@portolan/resources/rules/parse';
import { compileExpression } from '@portolan/resources/validate/cel/compile-expression';
import { validateObject } from '@portolan/resources/validate/validate';
import { parseClaims } from '@portolan/resources/claims/parse';
import { z } from 'zod';
import { ROOT } from '../architecture/source-tree.ts';
import type { FuzzTarget } from './target.ts';

// Apps are not packages of tests: the reader of OpenAPI documents is loaded by its path.
const { normaliseDocument } = z
  .object({ normaliseDocument: z.custom<(text: string) => unknown>() })
  .parse(await import(join(ROOT, 'apps/agent/src/gateway/openapi/normalise.ts')));

const YAML_WORDS = [
  ': ',
  '- ',
  '&a ',
  '*a',
  '<<: *a',
  '!!binary ',
  '|\n',
  '>-\n',
  '---\n',
  '? ',
  'null',
  '~',
  '{}',
  '[]',
  '#',
];

/** Everything that is read from outside and that a mistake of must not end a process. */
export const TARGETS: readonly FuzzTarget[] = [
  {
    name: 'manifests',
    seeds: manifestsOf('examples'),
    words: [
      ...YAML_WORDS,
      'metadata:',
      'spec:',
      'kind: API',
      'kind: APIAccess',
      'namespace:',
      'IngressRoute',
      'match: Host(`a`)',
    ],
    run: readManifests,
  },
  {
    name: 'rules',
    seeds: [
      'Host(`a.example.com`) && (PathPrefix(`/a`) || !Method(`GET`))',
      'HostRegexp(`{sub:[a-z]+}.example.com`) && Headers(`X-A`, `b`)',
      'PathRegexp(`^/(a|b)+$`) && Query(`a`, `b`) && ClientIP(`10.0.0.0/8`)',
    ],
    words: [
      '&&',
      '||',
      '!',
      '(',
      ')',
      '`',
      '"',
      'Host(',
      'PathRegexp(`',
      'ClientIP(`',
      '[a-z]{1000}',
      '(?i)',
      '::1/129',
    ],
    run(input) {
      for (const syntax of ['v3', 'v2'] as const) parseRule(input, syntax);
    },
  },
  {
    name: 'claims',
    seeds: [
      'Equals("iss", "a") && (!Contains("scope", "b") || OneOf(`c`, `d`, `e`))',
      'SplitContains("a.b", " ", "c")',
    ],
    words: ['Equals(', 'Prefix(', '&&', '||', '!', '"', '`', '\\"', ',', ')'],
    run: (input) => refusedBy('ClaimsError', () => parseClaims(input)),
  },
  {
    name: 'cel',
    seeds: celRules(),
    words: [
      'self',
      'has(',
      'size(',
      '.all(x, ',
      '.exists(x, ',
      'matches("',
      'duration("',
      'url(',
      '&&',
      '? :',
      '[0]',
      '9223372036854775807',
      'null',
    ],
    run(input) {
      // An expression that cannot be compiled or evaluated is an error of the rule, of whatever class.
      const evaluate = attempt(() => compileExpression(input));
      for (const self of [null, {}, [1], 'a', { a: { b: [1, 'c'] } }]) attempt(() => evaluate?.(self));
    },
  },
  {
    name: 'openapi',
    seeds: [
      'openapi: 3.0.3\ninfo: {title: a, version: "1"}\npaths:\n  /a/{b}:\n    get:\n      parameters: [{name: b, in: path, required: true, schema: {type: string, pattern: "^a+$"}}]\n      responses: {"200": {description: ok}}\n',
      '{"openapi":"3.1.0","info":{"title":"a","version":"1"},"components":{"schemas":{"A":{"$ref":"#/components/schemas/A"}}},"paths":{"/a":{"post":{"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/A"}}}}}}}}',
      'swagger: "2.0"\ninfo: {title: a, version: "1"}\nbasePath: /v1\npaths: {/a: {get: {responses: {"200": {description: ok}}}}}\n',
    ],
    words: [
      ...YAML_WORDS,
      '$ref',
      '#/components/schemas/',
      'paths',
      '__proto__',
      'allOf',
      '{id}',
      '//',
      '%2f',
    ],
    run(input) {
      // What it refuses is an error with a sentence for people; anything of the runtime is a fault.
      try {
        normaliseDocument(input);
      } catch (error) {
        if (error instanceof TypeError || error instanceof RangeError || !(error instanceof Error))
          throw error;
      }
    },
  },
  ...IMPORTED_PRODUCTS.map((product): FuzzTarget => ({
    name: `import-${product}`,
    seeds: readdirSync(join(ROOT, 'shared/resources/src/import/testing'))
      .filter((name) => name.startsWith(product))
      .map((name) => readFileSync(join(ROOT, 'shared/resources/src/import/testing', name), 'utf8')),
    words: [
      ...YAML_WORDS,
      'plugins:',
      'key-auth',
      'hosts:',
      '"*"',
      'weight: 0',
      'name: ""',
      'paths: ["~/("]',
      '__proto__: 1',
      '-5',
      '1.5',
    ],
    run(input) {
      const { values } = loadValues(input, 'fuzz.yaml');
      const documents = values.map(({ value }) => ({ file: 'fuzz.yaml', value }));
      for (const generation of ['v3', 'v2'] as const) {
        const result = importConfiguration(documents, { product, generation, namespace: 'fuzz' });
        for (const object of result.objects) formatYaml(object);
      }
    },
  })),
];

function readManifests(input: string): void {
  for (const generation of ['v2', 'v3'] as const) {
    const { objects } = loadManifests(input, 'fuzz.yaml', { generation });
    for (const { object } of objects) validateObject(object, { generation });
    new Compiler({ generation }).update({ upserts: objects });
  }
}

function manifestsOf(directory: string): readonly string[] {
  return readdirSync(join(ROOT, directory), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .map((name) => readFileSync(join(ROOT, directory, name), 'utf8'));
}

/** The rules that the CRDs have. */
function celRules(): readonly string[] {
  const text = manifestsOf('shared/resources/src/crds').join('\n');
  const rules = [...text.matchAll(/- rule: (.+)$/gm)].map(([, rule = '']) => rule.replace(/^"(.*)"$/, '$1'));
  return [...new Set(rules)];
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    // Too deep a nesting has to be refused by a bound, not by the end of the stack.
    if (error instanceof RangeError && /stack/i.test(error.message)) throw error;
    return undefined;
  }
}

function refusedBy(name: string, action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== name) throw error;
  }
}
