import {
  CORE_SCHEMA,
  NOT_RESOLVED,
  boolYaml11Tag,
  floatYaml11Tag,
  intYaml11Tag,
  mergeTag,
  nullYaml11Tag,
  type Schema,
} from 'js-yaml';

/**
 * Scalars as kubectl reads them (sigs.k8s.io/yaml): the words of YAML 1.1 (`yes` is true), Go's numbers (`0o17`, `0b11`,
 * `1_000`, `1e3`), neither sexagesimal numbers (`12:30` is text) nor dates.
 */
export const manifestSchema: Schema = CORE_SCHEMA.withTags(
  nullYaml11Tag,
  boolYaml11Tag,
  { ...intYaml11Tag, resolve: (source) => readInteger(source) ?? NOT_RESOLVED },
  { ...floatYaml11Tag, resolve: (source) => readFloat(source) ?? NOT_RESOLVED },
  mergeTag,
);

// Go: strconv.ParseInt with base 0, after removal of every underscore.
const INTEGER = /^([-+]?)(?:0x([\da-f]+)|0b([01]+)|0o?([0-7]+)|(0|[1-9]\d*))$/i;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i;
const BASES = [16, 2, 8, 10];

function readInteger(source: string): number | null {
  const match = isNumberLike(source) ? INTEGER.exec(source.replaceAll('_', '')) : null;
  if (match === null) return null;
  const [, sign, ...digits] = match;
  const index = digits.findIndex((text) => text !== undefined);
  const value = Number.parseInt(digits[index] ?? '', BASES[index]);
  return sign === '-' ? -value : value;
}

function readFloat(source: string): number | null {
  const special = /^([-+]?)\.(?:inf|Inf|INF)$/.exec(source);
  if (special !== null) return special[1] === '-' ? -Infinity : Infinity;
  if (/^\.(?:nan|NaN|NAN)$/.test(source)) return Number.NaN;
  const plain = source.replaceAll('_', '');
  if (!isNumberLike(source) || !FLOAT.test(plain)) return null;
  const value = Number.parseFloat(plain);
  return Number.isFinite(value) ? value : null;
}

function isNumberLike(source: string): boolean {
  return /^[-+]?\.?\d/.test(source);
}
