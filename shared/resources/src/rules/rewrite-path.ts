import type { PathChange } from '../model/middleware.ts';
import { encodePath, routingPath, routingText, splitPath } from './path.ts';
import { compileRegex } from './regex.ts';
import { replaceAllRe2 } from './regex-replace.ts';

/** A path after a change; `stripped` is what was taken off its front. */
interface Rewritten {
  readonly path: string;
  readonly stripped?: string;
  readonly isReplaced?: boolean;
}

/** Returns the path a change leads to. It need not be clean: taking `/a` off `/a../b` leaves a dot segment. */
export type PathRewriter = (path: string) => Rewritten;

/**
 * Returns what a middleware does to clean, encoded paths. It compares as rules do, on the decoded path, and writes an encoded
 * one: what it adds is text, of which `?` and `#` become part of the path.
 */
export function pathRewriter(spec: PathChange): PathRewriter {
  switch (spec.kind) {
    case 'addPrefix': {
      const prefix = rooted(encodePath(spec.prefix));
      return (path) => ({ path: prefix + path });
    }
    case 'replacePath': {
      const path = rooted(encodePath(spec.path));
      return () => ({ path, isReplaced: true });
    }
    case 'stripPrefix': {
      const prefixes = spec.prefixes.filter((prefix) => prefix !== '').map((prefix) => routingText(prefix));
      return strip((path) => prefixes.find((prefix) => path.startsWith(prefix))?.length ?? 0);
    }
    case 'stripPrefixRegex': {
      const regexes = spec.regexes.map((regex) => compileRegex(regex.trim()));
      return strip((path) => {
        for (const regex of regexes) {
          const matcher = regex.matcher(path);
          if (matcher.find() && matcher.start() === 0 && matcher.end() > 0) return matcher.end();
        }
        return 0;
      });
    }
    case 'replacePathRegex':
      return replaceRegex(spec);
  }
}

function replaceRegex(spec: Extract<PathChange, { kind: 'replacePathRegex' }>): PathRewriter {
  if (spec.regex === '') return (path) => ({ path });
  const regex = compileRegex(spec.regex.trim());
  return (before) => {
    const path = routingPath(before);
    if (!regex.matcher(path).find()) return { path: before };
    return { path: rooted(encodePath(replaceAllRe2(regex, path, spec.replacement))), isReplaced: true };
  };
}

/** Takes off as many characters of the decoded path as `lengthOf` says; 0 leaves it as it is. */
function strip(lengthOf: (path: string) => number): PathRewriter {
  return (path) => {
    const length = lengthOf(routingPath(path));
    if (length === 0) return { path };
    const [stripped, rest] = splitPath(path, length);
    return { path: rooted(rest), stripped };
  };
}

function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
