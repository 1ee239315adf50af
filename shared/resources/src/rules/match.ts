import { BlockList, isIP } from 'node:net';
import type { Matcher, Rule } from '../model/rule.ts';
import type { RuleFacts } from './facts.ts';
import { normaliseHost } from './hosts.ts';
import { compileRegex } from './regex.ts';

export type RuleMatcher = (facts: RuleFacts) => boolean;

/** Turns a rule into one closure, so that matching a request allocates nothing and looks nothing up. */
export function compileRule(rule: Rule): RuleMatcher {
  switch (rule.kind) {
    case 'always':
      return () => true;
    case 'not': {
      const inner = compileRule(rule.rule);
      return (facts) => !inner(facts);
    }
    case 'and':
      return all(rule.rules.map(compileRule));
    case 'or':
      return any(rule.rules.map(compileRule));
    default:
      return compileMatcher(rule);
  }
}

function all(matchers: readonly RuleMatcher[]): RuleMatcher {
  const [first, second] = matchers;
  // Host and path: by far the most frequent rule.
  if (matchers.length === 2 && first !== undefined && second !== undefined)
    return (facts) => first(facts) && second(facts);
  return (facts) => {
    for (const matches of matchers) if (!matches(facts)) return false;
    return true;
  };
}

function any(matchers: readonly RuleMatcher[]): RuleMatcher {
  return (facts) => {
    for (const matches of matchers) if (matches(facts)) return true;
    return false;
  };
}

function compileMatcher(matcher: Matcher): RuleMatcher {
  switch (matcher.kind) {
    case 'host': {
      const host = normaliseHost(matcher.host);
      return (facts) => facts.host === host;
    }
    case 'hostRegexp': {
      const regex = compileRegex(matcher.regex, { ignoreCase: true });
      return (facts) => regex.test(facts.host);
    }
    case 'path':
      return (facts) => facts.path === matcher.path;
    case 'pathPrefix':
      return matcher.segments
        ? segmentPrefix(matcher.prefix)
        : (facts) => facts.path.startsWith(matcher.prefix);
    case 'pathRegexp': {
      const regex = compileRegex(matcher.regex);
      return (facts) => regex.test(facts.path);
    }
    case 'method':
      return (facts) => facts.request.method === matcher.method;
    case 'header':
      return (facts) => someField(facts, matcher.name, (value) => value === matcher.value);
    case 'headerRegexp': {
      const regex = compileRegex(matcher.regex);
      return (facts) => someField(facts, matcher.name, (value) => regex.test(value));
    }
    case 'query':
      return (facts) => facts.queryValues(matcher.name).includes(matcher.value);
    case 'queryRegexp': {
      const regex = compileRegex(matcher.regex);
      return (facts) => facts.queryValues(matcher.name).some((value) => regex.test(value));
    }
    case 'clientIp':
      return inRange(matcher.cidr);
  }
}

/** Kubernetes' Prefix: `/foo` holds `/foo` and `/foo/bar`, not `/foobar`; a trailing slash changes nothing. */
function segmentPrefix(prefix: string): RuleMatcher {
  const bare = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return ({ path }) =>
    path.startsWith(bare) && (path.length === bare.length || path.charCodeAt(bare.length) === 0x2f);
}

/** A field sent twice and one holding a list are the same thing (RFC 9110 §5.3): any member may match. */
function someField(facts: RuleFacts, name: string, test: (value: string) => boolean): boolean {
  const value = facts.request.header(name);
  if (value === undefined) return false;
  return test(value) || (value.includes(', ') && value.split(', ').some(test));
}

function inRange(cidr: string): RuleMatcher {
  const [address = '', bits] = cidr.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  return ({ request }) => {
    const kind = isIP(request.clientIp);
    return kind !== 0 && list.check(request.clientIp, kind === 6 ? 'ipv6' : 'ipv4');
  };
}
