import {
  CORE_SCHEMA,
  NOT_RESOLVED,
  boolYaml11Tag,
  floatYaml11Tag,
  intYaml11Tag,
  mergeTag,
  nullYaml11Tag,
  type ScalarTagDefinition,
  type Schema,
} from 'js-yaml';

/**
 * What plain scalars mean to kubectl: YAML 1.1 (`yes` is true, `0644` is octal), but without its sexagesimal numbers
 * (`12:30` is text) and its dates.
 */
export const manifestSchema: Schema = CORE_SCHEMA.withTags(
  nullYaml11Tag,
  boolYaml11Tag,
  withoutColons(intYaml11Tag),
  withoutColons(floatYaml11Tag),
  mergeTag,
);

function withoutColons(tag: ScalarTagDefinition<number>): ScalarTagDefinition<number> {
  const resolve: typeof tag.resolve = (source, ...rest) =>
    source.includes(':') ? NOT_RESOLVED : tag.resolve(source, ...rest);
  return { ...tag, resolve };
}
