import { dictionary } from '@portolan/contract/dictionary';
/** Markup that was made by `html`. Only its templates, which are in the source, are ever markup; every value is text. */
export class Html {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** Joins the parts of a template with values between them. */
  static of(parts: TemplateStringsArray, values: readonly HtmlValue[]): Html {
    let text = parts[0] ?? '';
    for (const [index, value] of values.entries()) text += markupOf(value) + (parts[index + 1] ?? '');
    return new Html(text);
  }

  toString(): string {
    return this.#text;
  }
}

/** What templates may hold. Null and false leave nothing. */
export type HtmlValue = Html | string | number | null | false | readonly HtmlValue[];

/** Makes markup of a template. Values are escaped for element content and for attributes in double quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return Html.of(parts, values);
}

function markupOf(value: HtmlValue): string {
  if (value instanceof Html) return value.toString();
  if (value === null || value === false) return '';
  if (typeof value === 'string') return escapeText(value);
  return typeof value === 'number' ? String(value) : value.map(markupOf).join('');
}

const ESCAPES = dictionary<string>({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
});

/** Control characters have no meaning on a page, and those that turn the direction of text make it read as another. */
const INVISIBLE = /(?![\t\n\r])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(INVISIBLE, '\u{fffd}')
    .replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
