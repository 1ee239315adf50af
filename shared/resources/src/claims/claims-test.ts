import { parseClaims, type ClaimsNode } from './parse.ts';

/** Decides whether a token's claims satisfy a policy's expression. */
export type ClaimsTest = (claims: unknown) => boolean;

/** The test an expression stands for; without one, every proven caller passes. @throws ClaimsError with the position of what is wrong. */
export function claimsTest(expression: string | null): ClaimsTest {
  return expression === null || expression.trim() === '' ? () => true : compile(parseClaims(expression));
}

/** Returns the value that a claim path names: the claim of that whole name, such as a URL, else dots descend; `\.` is a dot within a name. */
export function claimAt(claims: unknown, path: string): unknown {
  return valueAt(claims, parsePath(path));
}

function compile(node: ClaimsNode): ClaimsTest {
  switch (node.kind) {
    case 'and': {
      const tests = node.parts.map(compile);
      return (claims) => tests.every((test) => test(claims));
    }
    case 'or': {
      const tests = node.parts.map(compile);
      return (claims) => tests.some((test) => test(claims));
    }
    case 'not': {
      const test = compile(node.part);
      return (claims) => !test(claims);
    }
    case 'call':
      return compileCall(node);
  }
}

function compileCall({ name, args }: Extract<ClaimsNode, { kind: 'call' }>): ClaimsTest {
  const path = parsePath(args[0] ?? '');
  const [, first = '', second = ''] = args;
  const on =
    (test: (value: unknown) => boolean): ClaimsTest =>
    (claims) =>
      test(valueAt(claims, path));
  switch (name) {
    case 'Equals':
      return on((value) => asText(value) === first);
    case 'Prefix':
      return on((value) => asText(value)?.startsWith(first) ?? false);
    case 'Contains':
      return on((value) =>
        Array.isArray(value)
          ? value.some((item) => asText(item) === first)
          : (asText(value)?.includes(first) ?? false),
      );
    case 'SplitContains':
      return on((value) => asText(value)?.split(first).includes(second) ?? false);
    case 'OneOf': {
      const wanted = new Set(args.slice(1));
      return on((value) =>
        Array.isArray(value)
          ? value.some((item) => wanted.has(asText(item) ?? '\0'))
          : wanted.has(asText(value) ?? '\0'),
      );
    }
  }
}

interface ClaimPath {
  readonly whole: string;
  readonly parts: readonly string[];
}

function parsePath(path: string): ClaimPath {
  const unescape = (text: string): string => text.replaceAll('\\.', '.');
  return { whole: unescape(path), parts: path.split(/(?<!\\)\./).map(unescape) };
}

function valueAt(claims: unknown, { whole, parts }: ClaimPath): unknown {
  const named = descend(claims, [whole]);
  return named === undefined && parts.length > 1 ? descend(claims, parts) : named;
}

function descend(claims: unknown, path: readonly string[]): unknown {
  let value = claims;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

/** Numbers and booleans compare as JSON writes them; objects, arrays and absent claims equal nothing. */
function asText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}
