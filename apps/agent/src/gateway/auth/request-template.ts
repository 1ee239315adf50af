import { fieldText } from '../http/header-list.ts';
import type { Exchange } from '../exchange/exchange.ts';

const ACTION = /\{\{-?\s*(.*?)\s*-?\}\}/g;
const HEADER_CALL = /^\.Request\.Header\.Get\s+"([^"]+)"$/;

const FIELDS: ReadonlyMap<string, (exchange: Exchange) => string> = new Map([
  ['.Request.Method', (exchange: Exchange) => exchange.method],
  ['.Request.Host', (exchange) => exchange.host],
  ['.Request.URL.Path', (exchange) => exchange.path],
  ['.Request.RemoteAddr', (exchange) => `${exchange.client.address}:${exchange.client.port}`],
]);

/**
 * Compiles the part of Go's template language that header values of a policy use: `{{ .Request.Header.Get "Name" }}`,
 * `.Request.Method`, `.Request.Host`, `.Request.URL.Path`, `.Request.RemoteAddr`.
 * @throws Error naming an action that is none of these.
 */
export function requestTemplate(text: string): (exchange: Exchange) => string {
  for (const [, action = ''] of text.matchAll(ACTION)) {
    if (!HEADER_CALL.test(action) && !FIELDS.has(action)) {
      throw new Error(
        `header template action "{{ ${action} }}" is not supported; use ${[...FIELDS.keys()].join(', ')} or .Request.Header.Get "Name"`,
      );
    }
  }
  const template = fieldText(text);
  return (exchange) =>
    template.replace(ACTION, (_whole, action: string) => {
      const header = HEADER_CALL.exec(action)?.[1];
      return header === undefined ? (FIELDS.get(action)?.(exchange) ?? '') : (exchange.header(header) ?? '');
    });
}
