import { sql, type SQL } from 'drizzle-orm';
import { ScimError } from '../http/scim-error.ts';
import { findAttribute, requirePath, type Attribute, type ResourceType } from './attributes.ts';
import type { Comparable, Comparison, Filter } from './filter.ts';

type CompareFilter = Extract<Filter, { type: 'compare' }>;

/** Value of an attribute in SQL: text, boolean or time. */
interface Operand {
  readonly sql: SQL;
  readonly type: 'text' | 'boolean' | 'time';
  readonly caseExact: boolean;
}

/** Where the attributes of a resource type are. */
export interface FilterSource {
  readonly type: ResourceType;
  /** Attributes with columns, by canonical path, such as `meta.created`. */
  readonly columns: Readonly<Record<string, Operand>>;
  /** JSON object of all other attributes; null when there are none. */
  readonly json: SQL | null;
  /** Condition for a multi-valued attribute that has a table: some element has a value for which `test` is true. */
  readonly tables: Readonly<Record<string, (test: (value: SQL) => SQL) => SQL>>;
}

/** Translates a filter. Values are parameters. @throws ScimError `invalidFilter`. */
export function filterToSql(source: FilterSource, filter: Filter): SQL {
  switch (filter.type) {
    case 'and':
    case 'or': {
      const parts = filter.parts.map((part) => filterToSql(source, part));
      return sql`(${sql.join(parts, filter.type === 'and' ? sql` and ` : sql` or `)})`;
    }
    case 'not':
      return sql`not coalesce(${filterToSql(source, filter.of)}, false)`;
    case 'element':
      return someElement(source, filter.path, (attribute, element) =>
        elementToSql(attribute, filter.of, element),
      );
    case 'present':
    case 'compare':
      return attributeToSql(source, filter);
  }
}

function attributeToSql(
  source: FilterSource,
  filter: Exclude<Filter, { type: 'and' | 'or' | 'not' | 'element' }>,
): SQL {
  const { extension, attribute, sub } = requirePath(source.type, filter.path);
  if (attribute === null) throw unfilterable(filter.path);
  const test = (operand: Operand) => testOf(filter, operand);
  const column = source.columns[sub ? `${attribute.name}.${sub.name}` : attribute.name];
  if (column && extension === null) return test(column);
  if (!attribute.multiValued) {
    if (source.json === null) throw unfilterable(filter.path);
    const steps = [...(extension === null ? [] : [extension]), attribute.name, ...(sub ? [sub.name] : [])];
    const read = steps.reduce(
      (json, step, i) =>
        i === steps.length - 1 ? sql`${json} ->> ${step}::text` : sql`${json} -> ${step}::text`,
      source.json,
    );
    return test(operandOf(sub ?? attribute, sql`(${read})`));
  }
  return someElement(source, filter.path, (_attribute, element) => {
    const wanted = sub ?? findAttribute(attribute.subAttributes ?? [], 'value');
    if (!wanted) throw unfilterable(filter.path);
    return test(element(wanted));
  });
}

/** Returns the condition that some element of a multi-valued attribute passes a test. */
function someElement(
  source: FilterSource,
  path: string,
  test: (attribute: Attribute, element: (sub: Attribute) => Operand) => SQL,
): SQL {
  const { extension, attribute } = requirePath(source.type, path);
  if (extension !== null || !attribute?.multiValued) throw unfilterable(path);
  const table = source.tables[attribute.name];
  if (table)
    return table((value) =>
      test(attribute, (sub) => {
        if (sub.name !== 'value') throw unfilterable(`${path}.${sub.name}`);
        return { sql: value, type: 'text', caseExact: true };
      }),
    );
  if (source.json === null) throw unfilterable(path);
  const condition = test(attribute, (sub) => operandOf(sub, sql`(element ->> ${sub.name}::text)`));
  return sql`exists (select 1 from jsonb_array_elements(coalesce(${source.json} -> ${attribute.name}::text, '[]'::jsonb)) element where ${condition})`;
}

function elementToSql(attribute: Attribute, filter: Filter, element: (sub: Attribute) => Operand): SQL {
  switch (filter.type) {
    case 'and':
    case 'or': {
      const parts = filter.parts.map((part) => elementToSql(attribute, part, element));
      return sql`(${sql.join(parts, filter.type === 'and' ? sql` and ` : sql` or `)})`;
    }
    case 'not':
      return sql`not coalesce(${elementToSql(attribute, filter.of, element)}, false)`;
    case 'element':
      throw new ScimError('invalidFilter', 'A value path cannot contain another one.');
    case 'present':
    case 'compare': {
      const sub = findAttribute(attribute.subAttributes ?? [], filter.path);
      if (!sub) throw unfilterable(`${attribute.name}.${filter.path}`);
      return testOf(filter, element(sub));
    }
  }
}

function operandOf({ type, caseExact }: Attribute, value: SQL): Operand {
  return type === 'boolean'
    ? { sql: sql`${value}::boolean`, type, caseExact }
    : { sql: value, type: 'text', caseExact };
}

function testOf(filter: Exclude<Filter, { type: 'and' | 'or' | 'not' | 'element' }>, operand: Operand): SQL {
  if (filter.type === 'present')
    return operand.type === 'text'
      ? sql`coalesce(${operand.sql}, '') <> ''`
      : sql`${operand.sql} is not null`;
  if (filter.value === null) return sql`${operand.sql} is ${filter.op === 'ne' ? sql`not null` : sql`null`}`;
  if (operand.type === 'boolean') return booleanTest(filter, operand);
  if (operand.type === 'time') return timeTest(filter, operand);
  return textTest(filter.op, operand, String(filter.value));
}

function booleanTest({ op, path, value }: CompareFilter, operand: Operand): SQL {
  const wanted = typeof value === 'string' ? booleanOf(value) : value;
  if (typeof wanted !== 'boolean' || (op !== 'eq' && op !== 'ne'))
    throw new ScimError('invalidFilter', `${path} is true or false; compare it by eq.`);
  return op === 'eq' ? sql`${operand.sql} = ${wanted}` : sql`${operand.sql} is distinct from ${wanted}`;
}

function booleanOf(text: string): Comparable {
  const word = text.toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : text;
}

const ORDER = { gt: sql`>`, ge: sql`>=`, lt: sql`<`, le: sql`<=`, eq: sql`=`, ne: sql`<>` } as const;

function timeTest({ op, path, value }: CompareFilter, operand: Operand): SQL {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time) || !(op in ORDER))
    throw new ScimError(
      'invalidFilter',
      `${path} is a time; compare it with one such as "2026-01-31T12:00:00Z".`,
    );
  // Times are shown in milliseconds: what was shown has to be found again.
  const shown = sql`date_trunc('milliseconds', ${operand.sql})`;
  return sql`${shown} ${ORDER[op as keyof typeof ORDER]} ${new Date(time).toISOString()}::timestamptz`;
}

function textTest(op: Comparison, operand: Operand, value: string): SQL {
  const text = operand.caseExact ? operand.sql : sql`lower(${operand.sql})`;
  const wanted = operand.caseExact ? value : value.toLowerCase();
  switch (op) {
    case 'ne':
      return sql`${text} is distinct from ${wanted}`;
    case 'co':
      return sql`strpos(${text}, ${wanted}) > 0`;
    case 'sw':
      return sql`starts_with(${text}, ${wanted})`;
    case 'ew':
      return sql`right(${text}, length(${wanted})) = ${wanted}`;
    case 'eq':
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return sql`${text} ${ORDER[op]} ${wanted}`;
  }
}

function unfilterable(path: string): ScimError {
  return new ScimError('invalidFilter', `Resources cannot be filtered by ${path.slice(0, 200)}.`);
}
