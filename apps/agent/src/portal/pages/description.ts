import {
  blocksOf,
  type Block,
  type Description,
  type Inline,
} from '../../gateway/openapi/compile/description.ts';
import { html, type Html } from '../html.ts';

/** Renders a description. `level` is that of the heading above it: the description's own begin below. */
export function renderDescription(description: Description, level = 2): Html {
  return html`<div class="prose">${blocksOf(description).map((block) => renderBlock(block, level))}</div>`;
}

function renderBlock(block: Block, level: number): Html {
  switch (block.kind) {
    case 'paragraph':
      return html`<p>${renderInlines(block.content)}</p>`;
    case 'heading':
      return renderHeading(block.content, Math.min(6, level + block.level));
    case 'list':
      return block.start === null
        ? html`<ul>
            ${renderItems(block.items, level)}
          </ul>`
        : html`<ol start="${block.start}">
            ${renderItems(block.items, level)}
          </ol>`;
    case 'code':
      return html`<pre tabindex="0"><code>${block.text}</code></pre>`;
    case 'quote':
      return html`<blockquote>${block.content.map((inner) => renderBlock(inner, level))}</blockquote>`;
    case 'table':
      return html`<div class="scroll" tabindex="0">
        <table>
          <thead>
            <tr>
              ${block.head.map((cell) => html`<th scope="col">${renderInlines(cell)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${block.rows.map(
              (row) =>
                html`<tr>
                  ${row.map((cell) => html`<td>${renderInlines(cell)}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
    case 'rule':
      return html`<hr />`;
  }
}

function renderItems(items: readonly (readonly Block[])[], level: number): Html[] {
  return items.map((item) => {
    const [only] = item;
    // A list of single lines reads without paragraphs.
    if (item.length === 1 && only?.kind === 'paragraph') return html`<li>${renderInlines(only.content)}</li>`;
    return html`<li>${item.map((block) => renderBlock(block, level))}</li>`;
  });
}

function renderHeading(content: readonly Inline[], level: number): Html {
  const text = renderInlines(content);
  switch (level) {
    case 3:
      return html`<h3>${text}</h3>`;
    case 4:
      return html`<h4>${text}</h4>`;
    case 5:
      return html`<h5>${text}</h5>`;
    default:
      return html`<h6>${text}</h6>`;
  }
}

function renderInlines(content: readonly Inline[]): (Html | string)[] {
  return content.map((part) => (typeof part === 'string' ? part : renderInline(part)));
}

function renderInline(part: Exclude<Inline, string>): Html {
  switch (part.kind) {
    case 'strong':
      return html`<strong>${renderInlines(part.content)}</strong>`;
    case 'emphasis':
      return html`<em>${renderInlines(part.content)}</em>`;
    case 'deleted':
      return html`<del>${renderInlines(part.content)}</del>`;
    case 'code':
      return html`<code>${part.text}</code>`;
    case 'link':
      return externalLink(part.href, renderInlines(part.content));
    case 'break':
      return html`<br />`;
  }
}

/** Renders a link that a document gives: it leads away from the portal, which it is marked as doing. */
export function externalLink(href: string, content: string | readonly (Html | string)[]): Html {
  return html`<a class="external" href="${href}" rel="noopener noreferrer nofollow ugc">${content}</a>`;
}
