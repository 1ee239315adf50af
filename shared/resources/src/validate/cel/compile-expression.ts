import { Environment } from '@marcbachmann/cel-js';
import { Duration } from '@marcbachmann/cel-js/evaluator';
import { registerLists, registerRegex, registerStrings, registerUrls } from './register-functions.ts';

// Texts are left alone; only calls of `matches` outside them are renamed.
const STRINGS_AND_MATCHES =
  /r?"""[\s\S]*?"""|r?'''[\s\S]*?'''|r"[^"]*"|r'[^']*'|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\.\s*matches\s*\(|\bmatches\s*\(/g;

let environment: Environment | undefined;

/** A rule, ready to be evaluated with `self`. Throws on one that does not parse. */
export function compileExpression(expression: string): (self: unknown) => unknown {
  environment ??= create();
  const evaluate = environment.parse(renameMatches(expression));
  return (self) => evaluate({ self });
}

function create(): Environment {
  // The library compares durations by milliseconds in a double, which loses nanoseconds beyond some hours.
  Object.defineProperty(Duration.prototype, 'valueOf', {
    value(this: Duration): bigint {
      return this.seconds * 1_000_000_000n + BigInt(this.nanos);
    },
  });
  const result = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false });
  result.registerVariable('self', 'dyn');
  registerStrings(result);
  registerLists(result);
  registerRegex(result);
  registerUrls(result);
  return result;
}

// The library's own `matches` has JavaScript's syntax and back-tracks, and cannot be replaced under its name.
function renameMatches(expression: string): string {
  return expression.replaceAll(STRINGS_AND_MATCHES, (found) => {
    if (found.startsWith('.')) return '.re2Matches(';
    return found.startsWith('matches') ? 're2Matches(' : found;
  });
}
