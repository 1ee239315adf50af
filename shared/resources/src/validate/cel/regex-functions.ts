import type { Environment } from '@marcbachmann/cel-js';
import { compileRe2 } from '../re2.ts';

/** `matches` (under the name rules are rewritten to), `find` and `findAll`, in RE2 syntax. */
export function registerRegex(environment: Environment): void {
  environment.registerFunction('string.re2Matches(string): bool', (text: string, pattern: string) =>
    compileRe2(pattern).test(text),
  );
  environment.registerFunction('re2Matches(string, string): bool', (text: string, pattern: string) =>
    compileRe2(pattern).test(text),
  );
  environment.registerFunction('string.find(string): string', (text: string, pattern: string) => {
    const [first = ''] = findAll(text, pattern, 1);
    return first;
  });
  environment.registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
    findAll(text, pattern, Infinity),
  );
  environment.registerFunction(
    'string.findAll(string, int): list<string>',
    (text: string, pattern: string, count: bigint) =>
      findAll(text, pattern, count < 0n ? Infinity : Number(count)),
  );
}

function findAll(text: string, pattern: string, countMax: number): string[] {
  const matcher = compileRe2(pattern).matcher(text);
  const found: string[] = [];
  while (found.length < countMax && matcher.find()) found.push(matcher.group() ?? '');
  return found;
}
