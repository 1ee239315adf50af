import { ScimError } from '../http/scim-error.ts';

export type Comparison = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';
export type Comparable = string | number | boolean | null;

/** Filter of RFC 7644 §3.4.2.2, with attribute paths as they were written. */
export type Filter =
  | { readonly type: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly type: 'not'; readonly of: Filter }
  | { readonly type: 'compare'; readonly path: string; readonly op: Comparison; readonly value: Comparable }
  | { readonly type: 'present'; readonly path: string }
  | { readonly type: 'element'; readonly path: string; readonly of: Filter };

/** Target of a PATCH operation (RFC 7644 §3.5.2): `path`, `path[filter]` or `path[filter].sub`. */
export interface PatchPath {
  readonly path: string;
  readonly filter: Filter | null;
  readonly sub: string | null;
}

const TERMS_MAX = 50;
const DEPTH_MAX = 10;
const TOKEN = /\s+|"(?:[^"\\]|\\.)*"|[()[\]]|[^\s()[\]"]+/y;
const ATTRIBUTE_PATH = /^[A-Za-z$][\w$:.-]*$/;
const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']);

/** Parses a filter. @throws ScimError `invalidFilter`. */
export function parseFilter(text: string): Filter {
  const parser = new Parser(tokensOf(text));
  const filter = parser.disjunction(0);
  parser.end();
  return filter;
}

/** Parses the path of a PATCH operation. @throws ScimError `invalidPath`. */
export function parsePatchPath(text: string): PatchPath {
  const open = text.indexOf('[');
  const close = text.lastIndexOf(']');
  const path = (open === -1 ? text : text.slice(0, open)).trim();
  if (!ATTRIBUTE_PATH.test(path)) throw invalidPath(text);
  if (open === -1) return { path, filter: null, sub: null };
  const sub = /^(?:\.([A-Za-z$][\w$-]*))?$/.exec(text.slice(close + 1).trim());
  if (close < open || !sub) throw invalidPath(text);
  return { path, filter: parseFilter(text.slice(open + 1, close)), sub: sub[1] ?? null };
}

function invalidPath(text: string): ScimError {
  return new ScimError('invalidPath', `The path ${text.slice(0, 200)} is not valid.`);
}

function invalidFilter(reason: string): ScimError {
  return new ScimError('invalidFilter', `The filter is not valid: ${reason}.`);
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const [token] = TOKEN.exec(text) ?? [];
    if (token === undefined) throw invalidFilter(`a text that begins at ${at + 1} has no end`);
    if (token.trim() !== '') tokens.push(token);
  }
  return tokens;
}

/** Recursive descent parser: `or` binds weaker than `and`, `not` strongest. */
class Parser {
  readonly #tokens: readonly string[];
  #at = 0;
  #terms = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw invalidFilter(`${this.#next()} is not expected`);
  }

  disjunction(depth: number): Filter {
    return this.#joined('or', depth, () => this.#joined('and', depth, () => this.#term(depth)));
  }

  #joined(type: 'and' | 'or', depth: number, part: () => Filter): Filter {
    if (depth > DEPTH_MAX) throw invalidFilter(`it is nested deeper than ${DEPTH_MAX} levels`);
    const first = part();
    const parts = [first];
    while (this.#peek()?.toLowerCase() === type) {
      this.#next();
      parts.push(part());
    }
    return parts.length === 1 ? first : { type, parts };
  }

  #term(depth: number): Filter {
    this.#terms += 1;
    if (this.#terms > TERMS_MAX) throw invalidFilter(`it has more than ${TERMS_MAX} conditions`);
    const token = this.#next();
    if (token === '(') return this.#until(')', depth);
    if (token.toLowerCase() === 'not' && this.#peek() === '(') {
      this.#next();
      return { type: 'not', of: this.#until(')', depth) };
    }
    if (!ATTRIBUTE_PATH.test(token)) throw invalidFilter(`${token} is not an attribute`);
    if (this.#peek() === '[') {
      this.#next();
      return { type: 'element', path: token, of: this.#until(']', depth) };
    }
    const op = this.#next().toLowerCase();
    if (op === 'pr') return { type: 'present', path: token };
    if (!COMPARISONS.has(op)) throw invalidFilter(`${op} is not an operator`);
    return { type: 'compare', path: token, op: op as Comparison, value: valueOf(this.#next()) };
  }

  #until(close: string, depth: number): Filter {
    const filter = this.disjunction(depth + 1);
    if (this.#next() !== close) throw invalidFilter(`${close} is missing`);
    return filter;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw invalidFilter('it ends too early');
    this.#at += 1;
    return token;
  }
}

/** Parses a value: a JSON literal (RFC 7644 figure 1); boolean words in any case, as Microsoft Entra writes them. */
function valueOf(token: string): Comparable {
  const word = token.toLowerCase();
  try {
    const value: unknown = JSON.parse(/^(?:true|false|null)$/.test(word) ? word : token);
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as Comparable;
  } catch {
    // reported below
  }
  throw invalidFilter(`${token} is not a value; texts are written in double quotes`);
}
