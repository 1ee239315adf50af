import { expect, it } from 'vitest';
import { loadValues } from '@portolan/resources/manifests/load';
import { validateManifests } from './validate-manifests.ts';

const API = 'apiVersion: hub.traefik.io/v1alpha1\nkind: API';
const SPEC = 'spec: {pathPrefix: /a, service: {name: a, port: {number: 80}}}';

const judge = (text: string, namespace?: string) =>
  validateManifests(loadValues(text, 'a.yaml'), namespace === undefined ? {} : { namespace });
const errorsOf = (text: string, namespace?: string) =>
  judge(text, namespace).results.flatMap(({ errors }) => errors.map(({ field }) => field));

it.each([
  ['an object of ours without a namespace', `${API}\nmetadata: {name: a}\n${SPEC}`, ['metadata.namespace']],
  [
    'everything that is wrong with one without a name',
    `${API}\nmetadata: {namespace: x}\nspec: {pathPrefix: a, service: {name: a, port: {number: 80}}}`,
    ['metadata.name', 'spec.pathPrefix'],
  ],
  ['one without metadata', `${API}\n${SPEC}`, ['metadata.name', 'metadata.namespace']],
  ['metadata that is none', `${API}\nmetadata: [a]\n${SPEC}`, ['metadata']],
  ['a list where an object is to be', '- a', ['']],
  ['a slip in the kind', 'apiVersion: hub.traefik.io/v1alpha1\nkind: APi\nmetadata: {name: a}', ['kind']],
  ['what is no YAML', 'a: [', ['']],
])('finds %s', (_, text, fields) => {
  expect(errorsOf(text)).toEqual(fields);
});

it('fills in a namespace only when it is told one, and for kinds of others as kubectl does', () => {
  expect(judge(`${API}\nmetadata: {name: a}\n${SPEC}`, 'shop').results).toEqual([
    { file: 'a.yaml', line: 1, kind: 'API', namespace: 'shop', name: 'a', valid: true, errors: [] },
  ]);
  const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}';
  expect(judge(service).results).toMatchObject([{ namespace: 'default', valid: true }]);
});

it('warns of a kind that nobody here knows, and does not validate it', () => {
  const { results, warnings } = judge('apiVersion: foo.example/v1\nkind: Foo\nmetadata: {name: a}');
  expect(results).toMatchObject([{ kind: 'Foo', name: 'a', valid: true }]);
  expect(warnings).toMatchObject([{ file: 'a.yaml', line: 1, severity: 'warning' }]);
});
