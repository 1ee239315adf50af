import { dictionary } from '@portolan/contract/dictionary';
import { isIP } from 'node:net';
import type { Matcher, Rule } from '../model/rule.ts';
import { normaliseHost } from './hosts.ts';
import { hasPlaceholder, regexFault, templateRegex } from './regex.ts';
import { RuleError } from './tokenize.ts';

export type RuleSyntax = 'v2' | 'v3';

interface Argument {
  readonly text: string;
  readonly position: number;
}

interface MatcherShape {
  readonly args: readonly [number, number];
  readonly usage: string;
  build(args: readonly Argument[]): Rule;
}

/** By lower-case name. A map: names come from users, and an object has `constructor` too. */
type MatcherTable = ReadonlyMap<string, MatcherShape>;

/** Makes the tree of one matcher call; names are compared without case, as Traefik does. Throws RuleError. */
export function buildMatcher(name: Argument, args: readonly Argument[], syntax: RuleSyntax): Rule {
  const shape = (syntax === 'v3' ? V3 : V2).get(name.text.toLowerCase());
  if (shape === undefined) throw unknownMatcher(name, syntax);
  const [min, max] = shape.args;
  if (args.length < min || args.length > max) {
    throw new RuleError(
      `${name.text} takes ${countText(min, max)}, got ${args.length}`,
      name.position,
      `write ${shape.usage}`,
    );
  }
  return shape.build(args);
}

const one = (usage: string, build: (arg: Argument) => Rule): MatcherShape => ({
  args: [1, 1],
  usage,
  build: ([arg]) => build(arg ?? EMPTY),
});

const pair = (
  usage: string,
  min: number,
  build: (name: Argument, value: Argument | undefined) => Rule,
): MatcherShape => ({
  args: [min, 2],
  usage,
  build: ([name, value]) => build(name ?? EMPTY, value),
});

/** v2 matchers take alternatives. */
const many = (usage: string, build: (arg: Argument) => Rule): MatcherShape => ({
  args: [1, Number.POSITIVE_INFINITY],
  usage,
  build: (args) => joined('or', args.map(build)),
});

const EMPTY: Argument = { text: '', position: 0 };

const V3: MatcherTable = new Map(
  Object.entries<MatcherShape>({
    host: one('Host(`example.com`)', host),
    hostregexp: one('HostRegexp(`^.+\\.example\\.com$`)', hostRegexp),
    path: one('Path(`/exact`)', (arg) => ({ kind: 'path', path: absolute(arg) })),
    pathprefix: one('PathPrefix(`/prefix`)', (arg) => ({
      kind: 'pathPrefix',
      prefix: absolute(arg),
      segments: false,
    })),
    pathregexp: one('PathRegexp(`^/v[0-9]+/`)', (arg) => ({ kind: 'pathRegexp', regex: regex(arg) })),
    method: one('Method(`GET`)', method),
    header: pair('Header(`name`, `value`)', 2, (name, value) => ({
      kind: 'header',
      name: name.text.toLowerCase(),
      value: value?.text ?? '',
    })),
    headerregexp: pair('HeaderRegexp(`name`, `regex`)', 2, (name, value) =>
      headerRegexp(name, value ?? EMPTY),
    ),
    query: pair('Query(`name`, `value`)', 1, (name, value) => ({
      kind: 'query',
      name: name.text,
      value: value?.text ?? '',
    })),
    queryregexp: pair('QueryRegexp(`name`, `regex`)', 1, (name, value) =>
      value === undefined
        ? { kind: 'query', name: name.text, value: '' }
        : { kind: 'queryRegexp', name: name.text, regex: regex(value) },
    ),
    clientip: one('ClientIP(`10.0.0.0/8`)', clientIp),
  }),
);

const V2: MatcherTable = new Map(
  Object.entries<MatcherShape>({
    host: many('Host(`a.example.com`, `b.example.com`)', host),
    hostheader: many('HostHeader(`a.example.com`, `b.example.com`)', host),
    hostregexp: many('HostRegexp(`{sub:[a-z]+}.example.com`)', (arg) => ({
      kind: 'hostRegexp',
      regex: template(arg, '[^.]+', 'whole'),
    })),
    path: many('Path(`/exact`, `/items/{id:[0-9]+}`)', (arg) =>
      hasPlaceholder(arg.text)
        ? { kind: 'pathRegexp', regex: template(arg, '[^/]+', 'whole') }
        : { kind: 'path', path: absolute(arg) },
    ),
    pathprefix: many('PathPrefix(`/prefix`, `/items/{id:[0-9]+}`)', (arg) =>
      hasPlaceholder(arg.text)
        ? { kind: 'pathRegexp', regex: template(arg, '[^/]+', 'start') }
        : { kind: 'pathPrefix', prefix: absolute(arg), segments: false },
    ),
    method: many('Method(`GET`, `HEAD`)', method),
    methods: many('Methods(`GET`, `HEAD`)', method),
    headers: pair('Headers(`name`, `value`)', 2, (name, value) => ({
      kind: 'header',
      name: name.text.toLowerCase(),
      value: value?.text ?? '',
    })),
    headersregexp: pair('HeadersRegexp(`name`, `regex`)', 2, (name, value) =>
      headerRegexp(name, value ?? EMPTY),
    ),
    // All of them, unlike the others: v2's router takes them for one condition.
    query: {
      args: [1, Number.POSITIVE_INFINITY],
      usage: 'Query(`name=value`)',
      build: (args) => joined('and', args.map(queryV2)),
    },
    clientip: many('ClientIP(`10.0.0.0/8`, `::1`)', clientIp),
  }),
);

function host(arg: Argument): Matcher {
  const name = normaliseHost(arg.text);
  if (name === '') throw new RuleError('a host cannot be empty', arg.position, 'write Host(`example.com`)');
  if (name.includes('*')) {
    throw new RuleError(
      `Host takes no wildcard: "${arg.text}"`,
      arg.position,
      'use HostRegexp(`^[^.]+\\.example\\.com$`)',
    );
  }
  if (/[^\x21-\x7e]/.test(name)) {
    // On the wire names are in A-labels (RFC 5891 §4.4), so this one would never match.
    throw new RuleError(
      `host "${name}" has characters that no request can have`,
      arg.position,
      aLabelAdvice(name),
    );
  }
  return { kind: 'host', host: name };
}

function aLabelAdvice(name: string): string {
  return URL.canParse(`http://${name}`)
    ? `write \`${new URL(`http://${name}`).hostname}\``
    : 'write letters, digits, dots and hyphens';
}

function hostRegexp(arg: Argument): Matcher {
  return { kind: 'hostRegexp', regex: regex(arg) };
}

function headerRegexp(name: Argument, value: Argument): Matcher {
  return { kind: 'headerRegexp', name: name.text.toLowerCase(), regex: regex(value) };
}

function method(arg: Argument): Matcher {
  return { kind: 'method', method: arg.text.toUpperCase() };
}

function queryV2(arg: Argument): Matcher {
  const equals = arg.text.indexOf('=');
  const name = equals === -1 ? arg.text : arg.text.slice(0, equals);
  const value = equals === -1 ? '' : arg.text.slice(equals + 1);
  // As in v2's router, no value asks only that the parameter be there.
  if (value === '') return { kind: 'queryRegexp', name, regex: '' };
  if (!hasPlaceholder(value)) return { kind: 'query', name, value };
  return {
    kind: 'queryRegexp',
    name,
    regex: template({ text: value, position: arg.position }, '.*', 'whole'),
  };
}

function clientIp(arg: Argument): Matcher {
  const [address = '', bits, more] = arg.text.split('/');
  const family = isIP(address);
  const isLengthGood =
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
  if (family === 0 || !isLengthGood || more !== undefined) {
    throw new RuleError(
      `"${arg.text}" is not an IP address or range`,
      arg.position,
      'write an address or CIDR such as 10.0.0.0/8',
    );
  }
  return { kind: 'clientIp', cidr: arg.text };
}

function absolute(arg: Argument): string {
  if (!arg.text.startsWith('/')) {
    throw new RuleError(
      `path "${arg.text}" does not start with a "/"`,
      arg.position,
      `write \`/${arg.text}\``,
    );
  }
  return arg.text;
}

function regex(arg: Argument): string {
  const fault = regexFault(arg.text);
  if (fault !== null) {
    throw new RuleError(
      `bad regular expression: ${fault}`,
      arg.position,
      'use RE2 syntax (no look-around, no back-references)',
    );
  }
  return arg.text;
}

function template(arg: Argument, wildcard: string, anchor: 'whole' | 'start'): string {
  const pattern = templateRegex(arg.text, wildcard, anchor);
  if (pattern === null)
    throw new RuleError(
      `unbalanced braces in "${arg.text}"`,
      arg.position,
      'write placeholders as {name:regex}',
    );
  return regex({ text: pattern, position: arg.position });
}

function joined(kind: 'or' | 'and', rules: readonly Rule[]): Rule {
  const [only] = rules;
  return rules.length === 1 && only !== undefined ? only : { kind, rules };
}

function countText(min: number, max: number): string {
  if (min === max) return `${min} value${min === 1 ? '' : 's'}`;
  return max === Number.POSITIVE_INFINITY ? `at least ${min} value` : `${min} or ${max} values`;
}

function unknownMatcher(name: Argument, syntax: RuleSyntax): RuleError {
  const lower = name.text.toLowerCase();
  const other = (syntax === 'v3' ? V2 : V3).get(lower);
  if (other !== undefined) {
    const fix =
      syntax === 'v3'
        ? `use its v3 form (${RENAMED[lower] ?? other.usage}), or set ruleSyntax: v2`
        : `use its v2 form, or set ruleSyntax: v3`;
    return new RuleError(
      `${name.text} is a matcher of rule syntax ${syntax === 'v3' ? 'v2' : 'v3'}`,
      name.position,
      fix,
    );
  }
  if (lower === 'hostsni' || lower === 'hostsniregexp' || lower === 'alpn') {
    return new RuleError(`${name.text} is for TCP routers`, name.position, 'use Host in an HTTP route');
  }
  const names = [...(syntax === 'v3' ? V3 : V2).values()].map((shape) =>
    shape.usage.slice(0, shape.usage.indexOf('(')),
  );
  return new RuleError(`unknown matcher "${name.text}"`, name.position, `use one of ${names.join(', ')}`);
}

const RENAMED = dictionary<string>({
  headers: 'Header(`name`, `value`)',
  headersregexp: 'HeaderRegexp(`name`, `regex`)',
  hostheader: 'Host(`example.com`)',
  methods: 'Method(`GET`) || Method(`HEAD`)',
});
