import type { Rule } from '../model/rule.ts';
import { RuleError, type Token, tokenize } from './tokenize.ts';
import { buildMatcher, type RuleSyntax } from './matchers.ts';

interface RuleFault {
  readonly message: string;
  /** Offset in the rule's text. */
  readonly position: number;
  readonly fix: string;
}

const depthMax = 64;
const lengthMax = 65_536;

/** Reads a router rule in Traefik's language; `v2` is the syntax of `ruleSyntax: v2`. */
export function parseRule(text: string, syntax: RuleSyntax = 'v3'): { rule: Rule } | { error: RuleFault } {
  try {
    if (text.length > lengthMax) {
      throw new RuleError(`rule of ${text.length} characters`, 0, `keep it under ${lengthMax} characters`);
    }
    return { rule: new Parser(tokenize(text), syntax).parse() };
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    return { error: { message: error.message, position: error.position, fix: error.fix } };
  }
}

/** Recursive descent over: or := and ('||' and)*; and := unary ('&&' unary)*; unary := '!' unary | '(' or ')' | call. */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #syntax: RuleSyntax;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], syntax: RuleSyntax) {
    this.#tokens = tokens;
    this.#syntax = syntax;
  }

  parse(): Rule {
    if (this.#peek().kind === 'end')
      throw new RuleError('the rule is empty', 0, 'write at least one matcher, such as PathPrefix(`/`)');
    const rule = this.#chain('or');
    const rest = this.#peek();
    if (rest.kind !== 'end')
      throw new RuleError(`unexpected ${describe(rest)}`, rest.position, 'join matchers with && or ||');
    return rule;
  }

  #chain(kind: 'or' | 'and'): Rule {
    const operator = kind === 'or' ? '||' : '&&';
    const operand = (): Rule => (kind === 'or' ? this.#chain('and') : this.#unary());
    const rules = [operand()];
    while (this.#peek().kind === operator) {
      this.#at++;
      rules.push(operand());
    }
    const flat = rules.flatMap((rule) => (rule.kind === kind ? rule.rules : [rule]));
    const [only] = flat;
    return flat.length === 1 && only !== undefined ? only : { kind, rules: flat };
  }

  #unary(): Rule {
    const token = this.#peek();
    if (++this.#depth > depthMax)
      throw new RuleError('too deeply nested', token.position, `nest at most ${depthMax} levels`);
    try {
      if (token.kind === '!') {
        this.#at++;
        return { kind: 'not', rule: this.#unary() };
      }
      if (token.kind === '(') {
        this.#at++;
        const rule = this.#chain('or');
        this.#expect(')', 'close the parenthesis');
        return rule;
      }
      return this.#call();
    } finally {
      this.#depth--;
    }
  }

  #call(): Rule {
    const name = this.#peek();
    if (name.kind !== 'name') {
      throw new RuleError(
        `unexpected ${describe(name)}`,
        name.position,
        'write a matcher here, such as Host(`example.com`)',
      );
    }
    this.#at++;
    this.#expect('(', `write ${name.text}(\`value\`)`);
    const args: { text: string; position: number }[] = [];
    while (this.#peek().kind !== ')') {
      const token = this.#peek();
      if (token.kind !== 'string') {
        throw new RuleError(
          `unexpected ${describe(token)} in ${name.text}`,
          token.position,
          'write values between backticks or double quotes',
        );
      }
      this.#at++;
      args.push(token);
      if (this.#peek().kind !== ',') break;
      this.#at++;
    }
    this.#expect(')', 'close the parenthesis');
    return buildMatcher(name, args, this.#syntax);
  }

  #expect(kind: Token['kind'], fix: string): void {
    const token = this.#peek();
    if (token.kind !== kind)
      throw new RuleError(`expected "${kind}", found ${describe(token)}`, token.position, fix);
    this.#at++;
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', position: 0 };
  }
}

function describe(token: Token): string {
  if (token.kind === 'end') return 'the end of the rule';
  return token.kind === 'name' || token.kind === 'string' ? `"${token.text}"` : `"${token.kind}"`;
}
