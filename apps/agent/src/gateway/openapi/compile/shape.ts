import type { ContentSlice, NamedSchema, OperationSlice, SchemaNode } from './compiled.ts';
import type { ReadOperation } from './operation.ts';

const DEPTH_MAX = 3;
const FACTS_MAX = 300;

/**
 * Returns the interface of an operation as flat facts, which two versions are compared by. Named schemas are followed three levels
 * deep.
 */
export function shapeOf(
  operation: ReadOperation,
  schemas: ReadonlyMap<string, NamedSchema>,
): OperationSlice['shape'] {
  const facts: [string, string][] = [];
  const add = (name: string, fact: string): void => {
    if (facts.length < FACTS_MAX) facts.push([name, fact]);
  };
  const walk = (name: string, node: SchemaNode, depth: number): void => {
    const known = node.ref === undefined ? undefined : schemas.get(node.ref)?.schema;
    const schema = known ?? node;
    if (depth >= DEPTH_MAX || facts.length >= FACTS_MAX) return;
    if (schema.items !== undefined) walk(`${name}[]`, schema.items, depth + 1);
    for (const { kind, of } of schema.choices ?? [])
      if (kind === 'allOf') of.forEach((part) => walk(name, part, depth + 1));
    for (const { name: property, isRequired, schema: inner } of schema.properties ?? []) {
      add(`${name}.${property}`, `${typeName(inner, schemas)}, ${isRequired ? 'required' : 'optional'}`);
      walk(`${name}.${property}`, inner, depth + 1);
    }
  };
  const addContents = (name: string, contents: readonly ContentSlice[]): void => {
    for (const { mediaType, schema } of contents) {
      add(`${name} ${mediaType}`, typeName(schema, schemas));
      walk(`${name} ${mediaType}`, schema, 0);
    }
  };
  for (const { place, name, isRequired, schema } of operation.parameters)
    add(`${place} ${name}`, `${typeName(schema, schemas)}, ${isRequired ? 'required' : 'optional'}`);
  if (operation.body !== null) {
    add('body', operation.body.isRequired ? 'required' : 'optional');
    addContents('body', operation.body.contents);
  }
  for (const { status, contents } of operation.responses) {
    add(`response ${status}`, 'described');
    addContents(`response ${status}`, contents);
  }
  return Object.fromEntries(facts);
}

function typeName(node: SchemaNode, schemas: ReadonlyMap<string, NamedSchema>): string {
  const schema = (node.ref === undefined ? undefined : schemas.get(node.ref)?.schema) ?? node;
  const base = schema.type || 'any';
  return schema.values === undefined ? base : `${base} of ${schema.values.join(', ').slice(0, 200)}`;
}
