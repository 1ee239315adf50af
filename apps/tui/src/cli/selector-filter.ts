import { usageFailure } from '@portolan/console/failure';

/** Returns a label selector in the syntax of `kubectl -l` (`a=b,c!=d,e in (f,g),h,!i`) as terms of the filter grammar. */
export function selectorFilter(text: string): string {
  // At commas, but for those between brackets.
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => term(part.trim()))
    .join(' ');
}

const KEY = String.raw`[A-Za-z0-9][\w./-]*`;
const EQUALS = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*([\\w.-]*)$`);
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([\\w.,\\s-]*)\\)$`);
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);

function term(part: string): string {
  const equals = EQUALS.exec(part);
  if (equals) {
    const [, key = '', operator, value = ''] = equals;
    return `${operator === '!=' ? '!' : ''}label.${key}="${value}"`;
  }
  const set = SET.exec(part);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => `"${value.trim()}"`);
    return `${operator === 'notin' ? '!' : ''}label.${key}=${values.join(',')}`;
  }
  const exists = EXISTS.exec(part);
  if (exists) return `${exists[1] ?? ''}label.${exists[2] ?? ''}=*`;
  throw usageFailure(
    `"${part}" is not a label selector.`,
    'Use selectors such as team=pay, team!=pay, "team in (pay,web)", team or !team, joined by commas.',
  );
}
