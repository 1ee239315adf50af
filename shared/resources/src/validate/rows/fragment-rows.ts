import type { Row } from './row.ts';

// Rows, for tests, of the parts that many kinds have: each is put into a spec by `wrap` and found at `field`.

/** Where a part stands in a kind. */
export interface Place {
  readonly kind: string;
  readonly field: string;
  readonly wrap: (part: string) => string;
}

/** A text of that many characters. */
export const long = (length: number): string => 'x'.repeat(length);

/** A YAML list of that many items. */
export const repeat = (count: number, make: (index: number) => string): string =>
  `[${Array.from({ length: count }, (_, index) => make(index)).join(', ')}]`;

const tooLong = (max: number): string => `Too long: may not be more than ${max} bytes`;
const tooMany = (max: number): string => `Too many: ${max + 1}: must have at most ${max} items`;

/** A part of a kind whose spec is `{...others, path: part}`, the path with dots. */
export function placeAt(kind: string, path: string, others = ''): Place {
  const names = path.split('.');
  const open = names
    .map((name) => `${name}: {`)
    .join('')
    .slice(0, -1);
  const close = '}'.repeat(names.length - 1);
  const more = others === '' ? '' : `${others}, `;
  return { kind, field: `spec.${path}`, wrap: (part) => `{${more}${open}${part}${close}}` };
}

/** Any text with a longest length. */
export function lengthRows({ kind, field, wrap }: Place, max: number): readonly Row[] {
  return [[kind, wrap(long(max + 1)), `${field}: ${tooLong(max)}`]];
}

/** `path` and `pathPrefix` fields. */
export function pathRows({ kind, field, wrap }: Place): readonly Row[] {
  return [
    [kind, wrap('a'), `${field}: Invalid value: "a": must start with a '/'`],
    [kind, wrap('/a/../b'), `${field}: Invalid value: "/a/../b": cannot contains '../'`],
    [kind, wrap('/a/..'), `${field}: Invalid value: "/a/..": cannot contains '../'`],
    [kind, wrap(`/${long(255)}`), `${field}: ${tooLong(255)}`],
  ];
}

/** A label selector. */
export function selectorRows({ kind, field, wrap }: Place): readonly Row[] {
  const at = `${field}.matchExpressions[0]`;
  return [
    [kind, wrap('{matchExpressions: [{}]}'), `${at}.key: Required value`, `${at}.operator: Required value`],
  ];
}

/** An operation filter. */
export function filterRows({ kind, field, wrap }: Place): readonly Row[] {
  return [[kind, wrap(`{include: ${repeat(101, (i) => `s${i}`)}}`), `${field}.include: ${tooMany(100)}`]];
}

/** A list of references by name. */
export function referenceRows({ kind, field, wrap }: Place, duplicates: string): readonly Row[] {
  return [
    [kind, wrap('[{name: a}, {}]'), `${field}[1].name: Required value`],
    [kind, wrap(`[{name: ${long(254)}}]`), `${field}[0].name: ${tooLong(253)}`],
    [kind, wrap(repeat(101, (i) => `{name: a${i}}`)), `${field}: ${tooMany(100)}`],
    [kind, wrap('[{name: a}, {name: b}, {name: a}]'), `${field}: Invalid value: ${duplicates}`],
  ];
}

/** A list of references by name and namespace. */
export function namespacedReferenceRows(place: Place): readonly Row[] {
  const { kind, field, wrap } = place;
  const duplicated = `${field}: Invalid value: duplicated apis`;
  return [
    ...referenceRows(place, 'duplicated apis'),
    [kind, wrap('[{name: a}, {name: a, namespace: default}]'), duplicated],
    [kind, wrap('[{name: a, namespace: ""}, {name: a, namespace: default}]'), duplicated],
    [kind, wrap(`[{name: a, namespace: ${long(64)}}]`), `${field}[0].namespace: ${tooLong(63)}`],
  ];
}

/** Where an OpenAPI document is, and its operation sets. */
export function openApiRows({ kind, field, wrap }: Place): readonly Row[] {
  const sets: Place = {
    kind,
    field: `${field}.operationSets`,
    wrap: (part) => wrap(`{path: /o, operationSets: ${part}}`),
  };
  return [
    [kind, wrap('{}'), `${field}: Invalid value: path or url must be defined`],
    [kind, wrap('{url: "a b"}'), `${field}.url: Invalid value: "a b": must be a valid URL`],
    ...pathRows({ kind, field: `${field}.path`, wrap: (part) => wrap(`{path: ${part}}`) }),
    ...operationSetRows(sets),
  ];
}

function operationSetRows({ kind, field, wrap }: Place): readonly Row[] {
  const inSet = (part: string): string => wrap(`[{name: n, matchers: ${part}}]`);
  const at = `${field}[0].matchers`;
  const exclusive = `${at}[0]: Invalid value: path, pathPrefix and pathRegex are mutually exclusive`;
  return [
    [kind, wrap('[{}]'), `${field}[0].name: Required value`, `${field}[0].matchers: Required value`],
    [kind, wrap(`[{name: ${long(254)}, matchers: [{path: /a}]}]`), `${field}[0].name: ${tooLong(253)}`],
    [kind, wrap(repeat(101, (i) => `{name: n${i}, matchers: [{path: /a}]}`)), `${field}: ${tooMany(100)}`],
    [kind, inSet('[]'), `${at}: Invalid value: 0: ${at} in body should have at least 1 items`],
    [kind, inSet(repeat(101, () => '{path: /a}')), `${at}: ${tooMany(100)}`],
    [kind, inSet('[{}]'), `${at}[0]: Invalid value: 0: ${at}[0] in body should have at least 1 properties`],
    [kind, inSet('[{path: /a, pathPrefix: /a}]'), exclusive],
    [kind, inSet('[{path: /a, pathRegex: a}]'), exclusive],
    [kind, inSet('[{pathPrefix: /a, pathRegex: a}]'), exclusive],
    [kind, inSet('[{path: /a, pathPrefix: /b, pathRegex: a}]'), exclusive],
    [kind, inSet(`[{methods: ${repeat(11, () => 'GET')}}]`), `${at}[0].methods: ${tooMany(10)}`],
    ...['path', 'pathPrefix'].flatMap((name) =>
      pathRows({ kind, field: `${at}[0].${name}`, wrap: (part) => inSet(`[{${name}: ${part}}]`) }),
    ),
  ];
}
