export type ClaimsNode =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly ClaimsNode[] }
  | { readonly kind: 'not'; readonly part: ClaimsNode }
  | { readonly kind: 'call'; readonly name: ClaimsFunction; readonly args: readonly string[] };

type ClaimsFunction = 'Equals' | 'Prefix' | 'Contains' | 'SplitContains' | 'OneOf';

/** Least and most arguments. */
const FUNCTIONS: Readonly<Record<ClaimsFunction, readonly [number, number]>> = {
  Equals: [2, 2],
  Prefix: [2, 2],
  Contains: [2, 2],
  SplitContains: [3, 3],
  OneOf: [2, 1000],
};

const LENGTH_MAX = 8192;
const DEPTH_MAX = 50;
const TOKEN = /\s*(?:(&&|\|\||[!(),])|([A-Za-z]+)|`([^`]*)`|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')/y;

class ClaimsError extends Error {
  override readonly name = 'ClaimsError';
}

/** Parses `Equals("a", "b") && (!Contains("c", "d") || OneOf(…))`; `&&` binds tighter than `||`. */
export function parseClaims(text: string): ClaimsNode {
  if (text.length > LENGTH_MAX)
    throw new ClaimsError(`claims expression is longer than ${LENGTH_MAX} characters`);
  const reader = new Reader(text);
  const node = parseOr(reader, 0);
  reader.expectEnd();
  return node;
}

type Token =
  | { readonly kind: 'punctuation' | 'word' | 'string'; readonly text: string; readonly position: number }
  | { readonly kind: 'end'; readonly text: ''; readonly position: number };

class Reader {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#tokens = tokenise(text);
  }

  peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', position: 0 };
  }

  take(): Token {
    const token = this.peek();
    this.#next += 1;
    return token;
  }

  accept(text: string): boolean {
    const token = this.peek();
    if (token.kind !== 'punctuation' || token.text !== text) return false;
    this.#next += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw unexpected(this.peek(), `"${text}"`);
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw unexpected(this.peek(), '"&&", "||" or the end');
  }
}

function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  let at = 0;
  while (at < end) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null)
      throw new ClaimsError(`claims expression: cannot read character ${at + 1} of "${text}"`);
    const [whole, punctuation, word, raw, double, single] = match;
    const position = at + 1 + whole.length - whole.trimStart().length;
    if (punctuation !== undefined) tokens.push({ kind: 'punctuation', text: punctuation, position });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, position });
    else tokens.push({ kind: 'string', text: raw ?? unescape(double ?? single ?? ''), position });
    at += whole.length;
  }
  tokens.push({ kind: 'end', text: '', position: end + 1 });
  return tokens;
}

/** Quotes are unescaped here; `\.` stays as it is, since it means something to claim paths. */
function unescape(text: string): string {
  return text.replace(/\\(["'\\])/g, '$1');
}

function parseOr(reader: Reader, depth: number): ClaimsNode {
  const parts = [parseAnd(reader, depth)];
  while (reader.accept('||')) parts.push(parseAnd(reader, depth));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'or', parts };
}

function parseAnd(reader: Reader, depth: number): ClaimsNode {
  const parts = [parseUnary(reader, depth)];
  while (reader.accept('&&')) parts.push(parseUnary(reader, depth));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'and', parts };
}

function parseUnary(reader: Reader, depth: number): ClaimsNode {
  if (depth > DEPTH_MAX) throw new ClaimsError(`claims expression is nested deeper than ${DEPTH_MAX} levels`);
  if (reader.accept('!')) return { kind: 'not', part: parseUnary(reader, depth + 1) };
  if (reader.accept('(')) {
    const node = parseOr(reader, depth + 1);
    reader.expect(')');
    return node;
  }
  return parseCall(reader);
}

function parseCall(reader: Reader): ClaimsNode {
  const token = reader.take();
  if (token.kind !== 'word') throw unexpected(token, 'a function such as Equals');
  if (!isFunction(token.text)) {
    throw new ClaimsError(
      `claims expression: unknown function "${token.text}"; use ${Object.keys(FUNCTIONS).join(', ')}`,
    );
  }
  reader.expect('(');
  const args: string[] = [];
  do {
    const arg = reader.take();
    if (arg.kind !== 'string') throw unexpected(arg, 'a quoted string');
    args.push(arg.text);
  } while (reader.accept(','));
  reader.expect(')');
  const [least, most] = FUNCTIONS[token.text];
  if (args.length < least || args.length > most) {
    throw new ClaimsError(
      `claims expression: ${token.text} takes ${least === most ? least : `at least ${least}`} arguments, not ${args.length}`,
    );
  }
  return { kind: 'call', name: token.text, args };
}

function isFunction(name: string): name is ClaimsFunction {
  return Object.hasOwn(FUNCTIONS, name);
}

function unexpected(token: Token, wanted: string): ClaimsError {
  const found = token.kind === 'end' ? 'the end' : `"${token.text}"`;
  return new ClaimsError(
    `claims expression: expected ${wanted} but found ${found} at character ${token.position}`,
  );
}
