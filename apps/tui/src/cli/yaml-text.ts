import { isHiding } from '@portolan/console/safe-text';
import { stringify } from 'yaml';

/** Returns a value as YAML that reads back as the same value, in YAML 1.1 as well as 1.2. */
export function yamlText(value: unknown): string {
  const text = stringify(value, { version: '1.1' });
  // Inside double quotes what a terminal would obey can be escaped.
  return isHiding(text)
    ? stringify(value, { version: '1.1', defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' })
    : text;
}
