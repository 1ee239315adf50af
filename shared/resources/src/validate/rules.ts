import type { Schema } from '../crds/custom-resource-definition.ts';
import { isRecord } from '../kinds/object.ts';
import { compileExpression } from './cel/compile-expression.ts';
import { escapeName, toCel } from './cel/to-cel.ts';
import * as errors from './field-error.ts';
import type { RatedError } from './field-error.ts';
import { childPath } from './structural.ts';

interface CompiledRule {
  readonly message: string;
  readonly evaluate: (self: unknown) => unknown;
}

const compiled = new WeakMap<Schema, readonly CompiledRule[]>();
const ruled = new WeakMap<Schema, boolean>();

/**
 * Adds what the CEL rules of a schema say against a value. The API server checks no rule at all once a type or
 * size is wrong; here only the rules that see the wrong value are left out, so that more is reported at once.
 */
export function checkRules(
  value: unknown,
  schema: Schema,
  structural: readonly RatedError[],
): readonly RatedError[] {
  if (!hasRules(schema)) return [];
  const walk: Walk = {
    blocked: structural.filter((error) => error.isBlocking).map((error) => error.field),
    isSound: structural.length === 0,
    found: [],
  };
  visit(value, { schema, field: '', self: undefined }, walk);
  return walk.found;
}

interface Walk {
  readonly blocked: readonly string[];
  readonly isSound: boolean;
  readonly found: RatedError[];
}

interface Node {
  readonly schema: Schema;
  readonly field: string;
  /** The value as rules see it, once a node above has been converted. */
  readonly self: unknown;
}

function visit(value: unknown, node: Node, walk: Walk): void {
  const { schema, field } = node;
  if (value === null || value === undefined || !hasRules(schema)) return;
  const rules = rulesOf(schema);
  let { self } = node;
  if (rules.length > 0 && !isBlocked(field, walk.blocked)) {
    self ??= toCel(value, schema);
    for (const rule of rules) runRule(rule, { type: schema.type ?? '', value, self, field }, walk);
  }
  if (Array.isArray(value)) visitItems(value, { schema, field, self }, walk);
  else if (isRecord(value)) visitMembers(value, { schema, field, self }, walk);
}

function visitItems(list: readonly unknown[], node: Node, walk: Walk): void {
  const { items } = node.schema;
  if (items === undefined) return;
  for (const [index, item] of list.entries()) {
    const self: unknown = Array.isArray(node.self) ? node.self[index] : undefined;
    visit(item, { schema: items, field: `${node.field}[${index}]`, self }, walk);
  }
}

function visitMembers(record: Readonly<Record<string, unknown>>, node: Node, walk: Walk): void {
  const { properties, additionalProperties } = node.schema;
  const converted = isRecord(node.self) ? node.self : {};
  for (const name of Object.keys(record)) {
    const isProperty = properties !== undefined && Object.hasOwn(properties, name);
    const schema = isProperty ? properties[name] : additionalProperties;
    if (typeof schema !== 'object') continue;
    const field = isProperty ? childPath(node.field, name) : `${node.field}[${name}]`;
    visit(record[name], { schema, field, self: converted[isProperty ? escapeName(name) : name] }, walk);
  }
}

interface Subject {
  readonly type: string;
  readonly value: unknown;
  readonly self: unknown;
  readonly field: string;
}

function runRule(rule: CompiledRule, subject: Subject, walk: Walk): void {
  const { value, self, field, type } = subject;
  const { message } = rule;
  if (type === 'string' && Array.isArray(value)) {
    // The structural schema lets a list pass as a text that has a format, and only a rule stumbles over it.
    const detail = `invalid data, expected string, got []interface {} evaluating rule: ${message}`;
    walk.found.push(errors.invalid(field, type, detail));
    return;
  }
  try {
    if (rule.evaluate(self) === true) return;
    walk.found.push(
      isScalar(value) ? errors.invalid(field, value, message) : errors.invalidWhole(field, message),
    );
  } catch (error) {
    // A rule may stumble over what the structural errors already name.
    if (!walk.isSound) return;
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    walk.found.push(errors.invalid(field, type, `${reason} evaluating rule: ${message}`));
  }
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isBlocked(field: string, blocked: readonly string[]): boolean {
  return blocked.some(
    (path) => path === field || field === '' || path.startsWith(`${field}.`) || path.startsWith(`${field}[`),
  );
}

function rulesOf(schema: Schema): readonly CompiledRule[] {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const rules = (schema['x-kubernetes-validations'] ?? []).map(({ rule, message }) => ({
    message,
    evaluate: compileExpression(rule),
  }));
  compiled.set(schema, rules);
  return rules;
}

function hasRules(schema: Schema): boolean {
  const known = ruled.get(schema);
  if (known !== undefined) return known;
  const { items, properties, additionalProperties } = schema;
  const result =
    schema['x-kubernetes-validations'] !== undefined ||
    (items !== undefined && hasRules(items)) ||
    (typeof additionalProperties === 'object' && hasRules(additionalProperties)) ||
    Object.values(properties ?? {}).some(hasRules);
  ruled.set(schema, result);
  return result;
}
