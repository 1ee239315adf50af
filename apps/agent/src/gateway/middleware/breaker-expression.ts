/** What a circuit breaker's expression asks about the last seconds. */
export interface BreakerMetrics {
  networkErrorRatio(): number;
  /** Responses in [from, to) as a share of those in [dividedByFrom, dividedByTo). */
  responseCodeRatio(from: number, to: number, dividedByFrom: number, dividedByTo: number): number;
  latencyAtQuantileMs(quantile: number): number;
}

export type BreakerTest = (metrics: BreakerMetrics) => boolean;

const TOKEN = /\s*(&&|\|\||>=|<=|==|!=|[<>(),!]|[A-Za-z]+|\d+(?:\.\d+)?)/y;

/**
 * Compiles Traefik's breaker expressions: `NetworkErrorRatio() > 0.3 || LatencyAtQuantileMS(50.0) > 100`.
 * @throws Error saying what cannot be read.
 */
export function compileBreaker(expression: string): BreakerTest {
  const tokens = tokenise(expression);
  const test = parseOr(tokens);
  const rest = tokens.shift();
  if (rest !== undefined) throw new Error(`circuit breaker expression: unexpected "${rest}"`);
  return test;
}

function tokenise(text: string): string[] {
  const tokens: string[] = [];
  const end = text.trimEnd().length;
  let at = 0;
  while (at < end) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match?.[1] === undefined)
      throw new Error(`circuit breaker expression: cannot read "${text.slice(at)}"`);
    tokens.push(match[1]);
    at = TOKEN.lastIndex;
  }
  return tokens;
}

function parseOr(tokens: string[]): BreakerTest {
  let left = parseAnd(tokens);
  while (tokens[0] === '||') {
    tokens.shift();
    const [a, b] = [left, parseAnd(tokens)];
    left = (metrics) => a(metrics) || b(metrics);
  }
  return left;
}

function parseAnd(tokens: string[]): BreakerTest {
  let left = parseOne(tokens);
  while (tokens[0] === '&&') {
    tokens.shift();
    const [a, b] = [left, parseOne(tokens)];
    left = (metrics) => a(metrics) && b(metrics);
  }
  return left;
}

function parseOne(tokens: string[]): BreakerTest {
  if (tokens[0] === '!') {
    tokens.shift();
    const test = parseOne(tokens);
    return (metrics) => !test(metrics);
  }
  if (tokens[0] === '(') {
    tokens.shift();
    const test = parseOr(tokens);
    expect(tokens, ')');
    return test;
  }
  return parseComparison(tokens);
}

function parseComparison(tokens: string[]): BreakerTest {
  const measure = parseMeasure(tokens);
  const operator = tokens.shift();
  const bound = Number(tokens.shift());
  if (Number.isNaN(bound))
    throw new Error('circuit breaker expression: a comparison needs a number on its right');
  switch (operator) {
    case '>':
      return (metrics) => measure(metrics) > bound;
    case '>=':
      return (metrics) => measure(metrics) >= bound;
    case '<':
      return (metrics) => measure(metrics) < bound;
    case '<=':
      return (metrics) => measure(metrics) <= bound;
    case '==':
      return (metrics) => measure(metrics) === bound;
    case '!=':
      return (metrics) => measure(metrics) !== bound;
    default:
      throw new Error(
        `circuit breaker expression: expected a comparison but found "${operator ?? 'the end'}"`,
      );
  }
}

function parseMeasure(tokens: string[]): (metrics: BreakerMetrics) => number {
  const name = tokens.shift() ?? 'the end';
  expect(tokens, '(');
  const args: number[] = [];
  while (tokens.length > 0 && tokens[0] !== ')') {
    args.push(Number(tokens.shift()));
    if (tokens[0] === ',') tokens.shift();
  }
  expect(tokens, ')');
  const [a = 0, b = 0, c = 0, d = 0] = args;
  if (name === 'NetworkErrorRatio' && args.length === 0) return (metrics) => metrics.networkErrorRatio();
  if (name === 'LatencyAtQuantileMS' && args.length === 1) return (metrics) => metrics.latencyAtQuantileMs(a);
  if (name === 'ResponseCodeRatio' && args.length === 4)
    return (metrics) => metrics.responseCodeRatio(a, b, c, d);
  throw new Error(
    `circuit breaker expression: "${name}" with ${args.length} arguments is unknown; use NetworkErrorRatio(), LatencyAtQuantileMS(q) or ResponseCodeRatio(from, to, of, to)`,
  );
}

function expect(tokens: string[], wanted: string): void {
  const found = tokens.shift();
  if (found !== wanted)
    throw new Error(`circuit breaker expression: expected "${wanted}" but found "${found ?? 'the end'}"`);
}
