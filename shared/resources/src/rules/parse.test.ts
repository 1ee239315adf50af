import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestFacts } from '../model/request.ts';
import type { Rule } from '../model/rule.ts';
import { anyRule } from './arbitrary-rules.ts';
import { RuleFacts } from './facts.ts';
import { formatRule } from './format.ts';
import { hostsOf } from './hosts.ts';
import { compileRule } from './match.ts';
import { parseRule } from './parse.ts';

/** `constructor`, `__proto__` and the like, which every object has. */
const NAMES_OF_OBJECTS = Object.getOwnPropertyNames(Object.prototype);

interface Sent {
  method?: string;
  host?: string;
  path?: string;
  query?: string;
  headers?: Record<string, string>;
  clientIp?: string;
}

function facts({
  method = 'GET',
  host = 'a.test',
  path = '/',
  query = '',
  headers = {},
  clientIp = '192.0.2.7',
}: Sent): RuleFacts {
  const request: RequestFacts = {
    method,
    scheme: 'http',
    host,
    path,
    query,
    clientIp,
    header: (name) => headers[name.toLowerCase()],
  };
  return new RuleFacts(request);
}

function ruleOf(text: string, syntax: 'v2' | 'v3' = 'v3'): Rule {
  const result = parseRule(text, syntax);
  if ('error' in result) throw new Error(`${text}: ${result.error.message} at ${result.error.position}`);
  return result.rule;
}

const holds = (text: string, sent: Sent, syntax: 'v2' | 'v3' = 'v3'): boolean =>
  compileRule(ruleOf(text, syntax))(facts(sent));

describe('v3 matchers', () => {
  it.each<[string, Sent, boolean]>([
    ['Host(`a.test`)', { host: 'A.TEST:8080' }, true],
    ['Host(`a.test`)', { host: 'a.test.' }, true],
    ['Host(`a.test.`)', { host: 'a.test' }, true],
    ['Host(`a.test`)', { host: 'b.a.test' }, false],
    ['Host(`[::1]`)', { host: '[::1]:80' }, true],
    ['Host(`::1`)', { host: '[::1]' }, true],
    ['Host("a.test")', { host: 'a.test' }, true],
    ['HostRegexp(`^[a-z]+\\.test$`)', { host: 'ABC.test:1' }, true],
    ['HostRegexp(`^[a-z]+\\.test$`)', { host: 'a.b.test' }, false],
    ['HostRegexp(`b`)', { host: 'abc.test' }, true],
    ['Path(`/x`)', { path: '/x' }, true],
    ['Path(`/x`)', { path: '/x/' }, false],
    ['Path(`/x`)', { path: '/%78' }, true],
    ['Path(`/x`)', { path: '/y/../x' }, true],
    ['Path(`/x`)', { path: '//x' }, true],
    ['Path(`/é`)', { path: '/%C3%A9' }, true],
    ['Path(`/a/b`)', { path: '/a%2Fb' }, false],
    ['PathPrefix(`/api`)', { path: '/api/x' }, true],
    ['PathPrefix(`/api`)', { path: '/apix' }, true],
    ['PathPrefix(`/api`)', { path: '/ap' }, false],
    ['PathPrefix(`/admin`)', { path: '/public/../admin/x' }, true],
    ['PathRegexp(`^/v[0-9]+/`)', { path: '/v12/x' }, true],
    ['PathRegexp(`^/v[0-9]+/$`)', { path: '/v12/x' }, false],
    ['PathRegexp(`(?i)^/ABC`)', { path: '/abc' }, true],
    ['Method(`get`)', { method: 'GET' }, true],
    ['Method(`POST`)', { method: 'GET' }, false],
    ['Header(`X-Version`, `2`)', { headers: { 'x-version': '2' } }, true],
    ['Header(`X-Version`, `2`)', { headers: { 'x-version': '1, 2' } }, true],
    ['Header(`X-Version`, `2`)', { headers: { 'x-version': '22' } }, false],
    ['Header(`X-Version`, `2`)', {}, false],
    [
      'HeaderRegexp(`Accept`, `^application/(json|yaml)$`)',
      { headers: { accept: 'text/html, application/yaml' } },
      true,
    ],
    [
      'HeaderRegexp(`Accept`, `^application/(json|yaml)$`)',
      { headers: { accept: 'application/xml' } },
      false,
    ],
    ['Query(`v`, `2`)', { query: 'v=1&v=2' }, true],
    ['Query(`v`, `2`)', { query: 'v=22' }, false],
    ['Query(`flag`)', { query: 'flag' }, true],
    ['Query(`flag`)', { query: 'flag=1' }, false],
    ['Query(`v`, `a b`)', { query: 'v=a%20b' }, true],
    ['QueryRegexp(`v`, `^[0-9]+$`)', { query: 'v=12' }, true],
    ['QueryRegexp(`v`, `^[0-9]+$`)', { query: 'v=x' }, false],
    ['ClientIP(`192.0.2.0/24`)', {}, true],
    ['ClientIP(`192.0.2.7`)', {}, true],
    ['ClientIP(`192.0.3.0/24`)', {}, false],
    ['ClientIP(`192.0.2.0/24`)', { clientIp: '::ffff:192.0.2.9' }, true],
    ['ClientIP(`2001:db8::/32`)', { clientIp: '2001:db8::5' }, true],
    ['ClientIP(`0.0.0.0/0`)', { clientIp: 'unknown' }, false],
    ['host(`a.test`) && PATHPREFIX(`/`)', {}, true],
  ])('%s with %j is %s', (rule, sent, expected) => {
    expect(holds(rule, sent)).toBe(expected);
  });
});

describe('v2 matchers', () => {
  it.each<[string, Sent, boolean]>([
    ['Host(`a.test`, `b.test`)', { host: 'b.test' }, true],
    ['Host(`a.test`, `b.test`)', { host: 'c.test' }, false],
    ['HostHeader(`a.test`)', { host: 'a.test' }, true],
    ['HostRegexp(`{sub:[a-z]+}.test`)', { host: 'abc.test' }, true],
    ['HostRegexp(`{sub:[a-z]+}.test`)', { host: 'a1.test' }, false],
    ['HostRegexp(`{sub}.test`)', { host: 'a.b.test' }, false],
    ['HostRegexp(`a.test`, `{any:.*}`)', { host: 'x' }, true],
    ['Path(`/items/{id:[0-9]{2}}`)', { path: '/items/12' }, true],
    ['Path(`/items/{id:[0-9]{2}}`)', { path: '/items/123' }, false],
    ['Path(`/a.c`, `/items/{id}`)', { path: '/abc' }, false],
    ['PathPrefix(`/items/{id}/`)', { path: '/items/7/parts' }, true],
    ['PathPrefix(`/x`, `/y`)', { path: '/y/z' }, true],
    ['Method(`GET`, `HEAD`)', { method: 'HEAD' }, true],
    ['Headers(`X-A`, `1`)', { headers: { 'x-a': '1' } }, true],
    ['HeadersRegexp(`X-A`, `^[0-9]$`)', { headers: { 'x-a': 'b' } }, false],
    ['Query(`a=1`, `b=2`)', { query: 'b=2' }, false],
    ['Query(`a=1`, `b=2`)', { query: 'b=2&a=1' }, true],
    ['Query(`a=`)', { query: 'a=anything' }, true],
    ['Query(`a={n:[0-9]+}`)', { query: 'a=7' }, true],
    ['ClientIP(`10.0.0.0/8`, `192.0.2.7`)', {}, true],
  ])('%s with %j is %s', (rule, sent, expected) => {
    expect(holds(rule, sent, 'v2')).toBe(expected);
  });
});

describe('operators', () => {
  it.each<[string, boolean]>([
    ['Host(`a.test`) && Path(`/`)', true],
    ['Host(`x`) || Host(`a.test`) && Path(`/`)', true],
    ['(Host(`a.test`) || Host(`x`)) && Path(`/no`)', false],
    ['!Host(`x`)', true],
    ['!!Host(`x`)', false],
    ['!(Host(`x`) || Path(`/`))', false],
    ['Host(`a.test`)&&!Path(`/no`)\n && (Method(`GET`))', true],
  ])('%s is %s', (rule, expected) => {
    expect(holds(rule, {})).toBe(expected);
  });
});

describe('faults', () => {
  it.each<[string, 'v2' | 'v3', number, [RegExp, RegExp]]>([
    ['', 'v3', 0, [/empty/, /PathPrefix/]],
    ['Host(`münchen.test`)', 'v3', 5, [/characters that no request can have/, /xn--mnchen-3ya\.test/]],
    ['Host(`a b`)', 'v3', 5, [/characters that no request can have/, /letters, digits/]],
    ['Host(`a`', 'v3', 8, [/expected "\)"/, /close/]],
    ['Host(a)', 'v3', 5, [/unexpected "a"/, /backticks/]],
    ["Host('a')", 'v3', 5, [/single quotes/, /backticks/]],
    ['Host(`a`) & Path(`/`)', 'v3', 10, [/unexpected "&"/, /&&/]],
    ['Host(`a`) Path(`/`)', 'v3', 10, [/unexpected "Path"/, /join/]],
    ['Host(`a`, `b`)', 'v3', 0, [/takes 1 value, got 2/, /Host\(/]],
    ['Host(`*.a`)', 'v3', 5, [/wildcard/, /HostRegexp/]],
    ['Path(`x`)', 'v3', 5, [/does not start with/, /`\/x`/]],
    ['PathRegexp(`(`)', 'v3', 11, [/bad regular expression/, /RE2/]],
    ['PathRegexp(`(?=x)`)', 'v3', 11, [/bad regular expression/, /look-around/]],
    ['ClientIP(`10.0.0.0/33`)', 'v3', 9, [/not an IP address/, /CIDR/]],
    ['Headers(`a`, `b`)', 'v3', 0, [/rule syntax v2/, /Header\(`name`/]],
    ['Header(`a`, `b`)', 'v2', 0, [/rule syntax v3/, /v2/]],
    ['HostSNI(`a`)', 'v3', 0, [/TCP/, /Host/]],
    ['Hots(`a`)', 'v3', 0, [/unknown matcher/, /Host, HostRegexp/]],
    ['Host(`a`) &&', 'v3', 12, [/end of the rule/, /matcher/]],
    ['Host("a\\d")', 'v3', 7, [/unknown escape/, /backticks/]],
    ['Path(`/{a`)', 'v2', 5, [/unbalanced/, /\{name:regex\}/]],
    [`${'('.repeat(100)}Host(\`a\`)${')'.repeat(100)}`, 'v3', 64, [/nested/, /64/]],
  ])('%s (%s) points at %i', (rule, syntax, position, [message, fix]) => {
    const result = parseRule(rule, syntax);
    expect(result).toMatchObject({ error: { position } });
    if ('error' in result) {
      expect(result.error.message).toMatch(message);
      expect(result.error.fix).toMatch(fix);
    }
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom(...NAMES_OF_OBJECTS).map((name) => `${name}(\`a\`)`),
        ),
        fc.constantFrom('v2' as const, 'v3' as const),
        (text, syntax) => {
          const result = parseRule(text, syntax);
          expect('rule' in result || result.error.message !== '').toBe(true);
        },
      ),
    );
  });
});

describe('formatRule', () => {
  it('writes what parses to an equivalent rule', () => {
    fc.assert(
      fc.property(anyRule, (rule) => {
        const once = formatRule(rule);
        const twice = formatRule(ruleOf(once));
        expect(formatRule(ruleOf(twice))).toBe(twice);
        for (const host of ['a.test', 'b.test', 'c']) {
          for (const path of ['/', '/a', '/x/y']) {
            const sent = facts({ host, path, query: 'a=b', headers: { 'x-a': 'a' } });
            expect(compileRule(ruleOf(once))(sent)).toBe(compileRule(rule)(sent));
          }
        }
      }),
    );
  });

  it('writes whole-segment prefixes as Traefik does', () => {
    const rule: Rule = { kind: 'pathPrefix', prefix: '/a/', segments: true };
    expect(formatRule(rule)).toBe('(Path(`/a`) || PathPrefix(`/a/`))');
    const matches = compileRule(rule);
    expect(['/a', '/a/', '/a/b', '/ab', '/'].map((path) => matches(facts({ path })))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('hostsOf', () => {
  it.each<[string, string[]]>([
    ['Host(`a`)', ['a']],
    ['Host(`a`) && Path(`/`)', ['a']],
    ['Path(`/`) && (Host(`a`) || Host(`b`))', ['a', 'b']],
    ['Host(`a`) || Path(`/`)', []],
    ['!Host(`a`)', []],
    ['HostRegexp(`a`)', []],
  ])('%s can answer for %j', (rule, hosts) => {
    expect(hostsOf(ruleOf(rule))).toEqual(hosts);
  });

  it('never leaves out a host the rule accepts', () => {
    fc.assert(
      fc.property(
        anyRule,
        fc.constantFrom('a.test', 'b.test', '[::1]', 'c'),
        fc.constantFrom('/', '/a'),
        (rule, host, path) => {
          const sent = facts({ host, path });
          const hosts = hostsOf(rule);
          if (compileRule(rule)(sent) && hosts.length > 0) expect(hosts).toContain(sent.host);
        },
      ),
    );
  });
});

it('takes linear time for a pattern that would explode elsewhere', () => {
  const matches = compileRule(ruleOf('PathRegexp(`^/(a+)+$`)'));
  const started = performance.now();
  expect(matches(facts({ path: `/${'a'.repeat(20_000)}!` }))).toBe(false);
  expect(performance.now() - started).toBeLessThan(2000);
});
