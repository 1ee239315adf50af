import { dictionary } from '@portolan/contract/dictionary';
export type Token =
  | { readonly kind: 'name' | 'string'; readonly text: string; readonly position: number }
  | { readonly kind: '(' | ')' | ',' | '!' | '&&' | '||' | 'end'; readonly position: number };

export class RuleError extends Error {
  readonly position: number;
  readonly fix: string;
  constructor(message: string, position: number, fix: string) {
    super(message);
    this.position = position;
    this.fix = fix;
  }
}

const ESCAPES = dictionary<string>({
  n: '\n',
  t: '\t',
  r: '\r',
  '"': '"',
  '\\': '\\',
  "'": "'",
});

/** Splits a rule into tokens; throws RuleError. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    const space = /\s+/y;
    space.lastIndex = position;
    if (space.test(text)) {
      position = space.lastIndex;
      continue;
    }
    const [token, next] = readToken(text, position);
    tokens.push(token);
    position = next;
  }
  tokens.push({ kind: 'end', position: text.length });
  return tokens;
}

function readToken(text: string, position: number): [Token, number] {
  const char = text[position];
  if (char === '(' || char === ')' || char === ',' || char === '!')
    return [{ kind: char, position }, position + 1];
  const pair = text.slice(position, position + 2);
  if (pair === '&&' || pair === '||') return [{ kind: pair, position }, position + 2];
  if (char === '&' || char === '|')
    throw new RuleError(`unexpected "${char}"`, position, `write "${char}${char}"`);
  if (char === '`') return readRaw(text, position);
  if (char === '"') return readQuoted(text, position);
  if (char === "'")
    throw new RuleError(
      'single quotes do not delimit text',
      position,
      'write the value between backticks: `value`',
    );
  const name = /[A-Za-z_][A-Za-z0-9_]*/y;
  name.lastIndex = position;
  const found = name.exec(text);
  if (found === null)
    throw new RuleError(
      `unexpected "${char}"`,
      position,
      'write matchers such as Host(`example.com`) joined by && or ||',
    );
  return [{ kind: 'name', text: found[0], position }, name.lastIndex];
}

function readRaw(text: string, position: number): [Token, number] {
  const end = text.indexOf('`', position + 1);
  if (end === -1) throw new RuleError('text without its closing backtick', position, 'close it with `');
  return [{ kind: 'string', text: text.slice(position + 1, end), position }, end + 1];
}

function readQuoted(text: string, position: number): [Token, number] {
  let value = '';
  for (let at = position + 1; at < text.length; at++) {
    const char = text[at];
    if (char === '"') return [{ kind: 'string', text: value, position }, at + 1];
    if (char === '\\') {
      at++;
      const escaped = ESCAPES[text[at] ?? ''];
      if (escaped === undefined) {
        throw new RuleError(
          `unknown escape "\\${text[at] ?? ''}"`,
          at - 1,
          'use backticks, in which a backslash stands for itself',
        );
      }
      value += escaped;
    } else value += char;
  }
  throw new RuleError('text without its closing quote', position, 'close it with "');
}
