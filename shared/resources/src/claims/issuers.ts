import { type ClaimsNode, parseClaims } from './parse.ts';

/**
 * The issuers an expression lets tokens come from; null when it is true for others, too. Whatever else the expression says can only narrow them.
 * @throws ClaimsError
 */
export function issuersIn(expression: string): readonly string[] | null {
  return issuersOf(parseClaims(expression));
}

function issuersOf(node: ClaimsNode): readonly string[] | null {
  switch (node.kind) {
    case 'and':
      return node.parts.map(issuersOf).find((issuers) => issuers !== null) ?? null;
    case 'or': {
      const all = node.parts.map(issuersOf);
      return all.some((issuers) => issuers === null) ? null : all.flatMap((issuers) => issuers ?? []);
    }
    case 'not':
      return null;
    case 'call':
      return node.args[0] === 'iss' && (node.name === 'Equals' || node.name === 'OneOf')
        ? node.args.slice(1)
        : null;
  }
}
