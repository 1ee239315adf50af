import type { NamedSchema, SchemaNode } from '../../gateway/openapi/compile/compiled.ts';
import { html, type Html } from '../html.ts';
import { renderDescription } from './description.ts';

export interface SchemaPlace {
  /** Path of the API's page, below which named schemas have their own. */
  readonly apiPath: string;
  readonly find: (id: string) => NamedSchema | null;
}

const DEPTH_MAX = 3;
const ROWS_MAX = 300;

/** Renders schemas of one page: named ones are opened three levels deep and linked beyond; one inside itself is a link. */
export class SchemaRenderer {
  readonly #place: SchemaPlace;
  #rowsLeft = ROWS_MAX;

  constructor(place: SchemaPlace) {
    this.#place = place;
  }

  render(node: SchemaNode): Html {
    return html`<div class="schema">${this.#summary(node)} ${this.#body(node, [])}</div>`;
  }

  /** Returns the type on one line. */
  #summary(node: SchemaNode): Html {
    if (node.broken !== undefined) return html`<span class="broken">${node.broken}</span>`;
    const type = node.type === 'array' ? 'list of ' : node.type || (node.ref === undefined ? 'any' : '');
    const inner =
      node.type.startsWith('array') && node.items !== undefined ? this.#summary(node.items) : null;
    const link = node.ref === undefined ? null : this.#link(node.ref, node.title ?? node.ref);
    return html`<span class="type"
      >${inner === null ? type : 'list of '}${inner}${link !== null && type !== '' ? ' ' : null}${link}</span
    >`;
  }

  #link(ref: string, name: string): Html {
    return html`<a href="${this.#place.apiPath}/schemas/${encodeURIComponent(ref)}">${name}</a>`;
  }

  #body(node: SchemaNode, path: readonly string[]): Html | null {
    if (node.ref !== undefined) return this.#named(node.ref, node.title ?? node.ref, path);
    const members = this.#members(node, path);
    const details = detailsOf(node);
    return details === null && members === null ? null : html`${details}${members}`;
  }

  #named(ref: string, name: string, path: readonly string[]): Html | null {
    if (path.includes(ref)) return html`<span class="cycle">↻ ${this.#link(ref, name)}, as above</span>`;
    const known = this.#place.find(ref);
    if (known === null || path.length >= DEPTH_MAX || this.#rowsLeft <= 0) return null;
    const body = this.#body(known.schema, [...path, ref]);
    if (body === null || path.length === 0) return body;
    return html`<details>
      <summary>Fields of ${name}</summary>
      ${body}
    </details>`;
  }

  #members(node: SchemaNode, path: readonly string[]): Html | null {
    const parts: (Html | null)[] = [
      this.#properties(node, path),
      node.items === undefined ? null : this.#body(node.items, path),
      node.additional === undefined
        ? null
        : html`<div class="additional">
            Other fields: ${this.#summary(node.additional)} ${this.#body(node.additional, path)}
          </div>`,
      ...(node.choices ?? []).map(({ kind, of }) => this.#choices(kind, of, path)),
    ];
    return parts.every((part) => part === null) ? null : html`${parts}`;
  }

  #properties({ properties }: SchemaNode, path: readonly string[]): Html | null {
    if (properties === undefined) return null;
    const shown = properties.slice(0, Math.max(0, this.#rowsLeft));
    this.#rowsLeft -= shown.length;
    const rows = shown.map(
      ({ name, isRequired, schema }) =>
        html`<div class="property">
          <dt>
            <code>${name}</code> ${this.#summary(schema)}
            ${isRequired ? html`<span class="required">required</span>` : null}
          </dt>
          <dd>${this.#body(schema, path)}</dd>
        </div>`,
    );
    const left = properties.length - shown.length;
    return html`<dl class="properties">
      ${rows}${
        left > 0
          ? html`<div class="property">
              <dt>… and ${left} more fields</dt>
              <dd></dd>
            </div>`
          : null
      }
    </dl>`;
  }

  #choices(kind: string, of: readonly SchemaNode[], path: readonly string[]): Html {
    const words = { allOf: 'All of', anyOf: 'Any of', oneOf: 'One of', not: 'None of' }[kind] ?? kind;
    const shown = of.slice(0, 20);
    this.#rowsLeft -= shown.length;
    return html`<div class="choices">
      <span class="words">${words}</span>
      <ul>
        ${shown.map((option) => html`<li>${this.#summary(option)} ${this.#body(option, path)}</li>`)}
        ${of.length > shown.length ? html`<li>… and ${of.length - shown.length} more</li>` : null}
      </ul>
    </div>`;
  }
}

function detailsOf(node: SchemaNode): Html | null {
  const { description = '', constraints = [], values = [], moreValues = 0, defaultValue, flags = [] } = node;
  const facts = [
    ...flags,
    ...constraints,
    ...(defaultValue === undefined ? [] : [`default ${defaultValue}`]),
  ];
  if (description.length + facts.length + values.length === 0) return null;
  return html`<div class="details">
    ${description.length === 0 ? null : renderDescription(description, 4)}
    ${
      values.length === 0
        ? null
        : html`<p class="values">
            One of
            ${values.map((value, index) => html`${index === 0 ? null : ' '}<code>${value}</code>`)}${moreValues > 0 ? ` and ${moreValues} more` : null}
          </p>`
    }
    ${facts.length === 0 ? null : html`<p class="facts">${facts.join(' · ')}</p>`}
  </div>`;
}
