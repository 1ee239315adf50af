import { lexer, type Token, type Tokens } from 'marked';
import { safeUrl } from './safe-url.ts';

/** A part of a line. Nothing in it is markup: renderers turn each kind into its element and every text into text. */
export type Inline =
  | string
  | { readonly kind: 'strong' | 'emphasis' | 'deleted'; readonly content: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly href: string; readonly content: readonly Inline[] }
  | { readonly kind: 'break' };

/** A block of a description (CommonMark with tables). */
export type Block =
  | { readonly kind: 'paragraph'; readonly content: readonly Inline[] }
  | { readonly kind: 'heading'; readonly level: number; readonly content: readonly Inline[] }
  | {
      readonly kind: 'list';
      /** Number of the first item; null for a list without numbers. */
      readonly start: number | null;
      readonly items: readonly (readonly Block[])[];
    }
  | { readonly kind: 'code'; readonly text: string; readonly language: string | null }
  | { readonly kind: 'quote'; readonly content: readonly Block[] }
  | {
      readonly kind: 'table';
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    }
  | { readonly kind: 'rule' };

/** A description in a compiled document: blocks, or short Markdown that is parsed when it is shown. */
export type Description = string | readonly Block[];

/** Longer texts are shown as they are written: reading some kinds of Markdown takes time that grows with the square. */
const MARKDOWN_LENGTH_MAX = 128 * 1024;
/** Texts up to this length cost less to parse than to keep as a tree; no Markdown of this length takes long. */
const SHORT_LENGTH_MAX = 512;
/** Pieces of a page are at least so long. */
const PIECE_LENGTH = 32 * 1024;
const DEPTH_MAX = 16;
/** Without one of these a text is one plain paragraph, which most descriptions are. */
const MARKDOWN_CHARACTERS = /[*_`[\]<>#|~!&\\\n]|:\/\/|www\.|@|^\s*(?:[-+]|\d+[.)])\s/;

/** Reads a description of a document: short ones stay as they are written until `blocksOf` is asked for them. */
export function readDescription(markdown: unknown): Description {
  if (typeof markdown !== 'string') return '';
  const text = markdown.trim();
  return text.length > SHORT_LENGTH_MAX ? parseMarkdown(text) : text;
}

/** Returns a description as a tree of allowed nodes. */
export function blocksOf(description: Description): readonly Block[] {
  return typeof description === 'string' ? parseMarkdown(description) : description;
}

/** Parses Markdown into a tree of allowed nodes. HTML is dropped and its text kept; images become links. */
function parseMarkdown(markdown: string): readonly Block[] {
  const text = markdown.trim();
  if (text === '') return [];
  if (!MARKDOWN_CHARACTERS.test(text)) return [{ kind: 'paragraph', content: [text] }];
  if (text.length > MARKDOWN_LENGTH_MAX) return [{ kind: 'code', text, language: null }];
  try {
    return readBlocks(lexer(text, { gfm: true }), 0);
  } catch (error) {
    // Thousands of nested quotes exhaust the stack.
    if (error instanceof RangeError) return [{ kind: 'code', text, language: null }];
    throw error;
  }
}

/** Parses a whole page of Markdown, however long, piece by piece: pieces end before a heading or at an empty line. */
export function parsePage(markdown: string): readonly Block[] {
  const lines = markdown.split('\n');
  const pieces: string[] = [];
  let piece: string[] = [];
  let length = 0;
  let isFenced = false;
  for (const line of lines) {
    const mayEnd = !isFenced && length > PIECE_LENGTH && (line.trim() === '' || /^#{1,6}\s/.test(line));
    if (mayEnd) {
      pieces.push(piece.join('\n'));
      piece = [];
      length = 0;
    }
    if (/^ {0,3}(?:```|~~~)/.test(line)) isFenced = !isFenced;
    piece.push(line);
    length += line.length + 1;
  }
  return [...pieces, piece.join('\n')].flatMap((text) => parseMarkdown(text));
}

function readBlocks(tokens: readonly Token[], depth: number): Block[] {
  return depth > DEPTH_MAX ? [] : tokens.flatMap((token) => blockOf(token, depth));
}

function blockOf(token: Token, depth: number): Block[] {
  switch (token.type) {
    case 'heading':
      return [{ kind: 'heading', level: Number(token['depth']), content: inlinesOf(token.tokens, depth) }];
    case 'code':
      return [{ kind: 'code', text: String(token['text']), language: String(token['lang'] ?? '') || null }];
    case 'blockquote':
      return [{ kind: 'quote', content: readBlocks(token.tokens ?? [], depth + 1) }];
    case 'list':
      return [listOf(token as Tokens.List, depth)];
    case 'table':
      return [tableOf(token as Tokens.Table, depth)];
    case 'hr':
      return [{ kind: 'rule' }];
    case 'paragraph':
    case 'text':
      return paragraph(token.tokens === undefined ? [plain(token)] : inlinesOf(token.tokens, depth));
    case 'html':
      return paragraph([textOfHtml(token.raw)]);
    default:
      return [];
  }
}

function paragraph(content: readonly Inline[]): Block[] {
  const isEmpty = content.every((part) => typeof part === 'string' && part.trim() === '');
  return isEmpty ? [] : [{ kind: 'paragraph', content }];
}

function listOf({ ordered, start, items }: Tokens.List, depth: number): Block {
  return {
    kind: 'list',
    start: ordered ? Number(start) || 1 : null,
    items: items.map(({ tokens }) => readBlocks(tokens, depth + 1)),
  };
}

function tableOf({ header, rows }: Tokens.Table, depth: number): Block {
  return {
    kind: 'table',
    head: header.map(({ tokens }) => inlinesOf(tokens, depth)),
    rows: rows.map((row) => row.map(({ tokens }) => inlinesOf(tokens, depth))),
  };
}

function inlinesOf(tokens: readonly Token[] | undefined, depth: number): Inline[] {
  if (tokens === undefined || depth > DEPTH_MAX) return [];
  return tokens.flatMap((token) => inlineOf(token, depth));
}

const EMPHASES = { strong: 'strong', em: 'emphasis', del: 'deleted' } as const;

function inlineOf(token: Token, depth: number): Inline[] {
  switch (token.type) {
    case 'strong':
    case 'em':
    case 'del':
      return [{ kind: EMPHASES[token.type], content: inlinesOf(token.tokens, depth + 1) }];
    case 'codespan':
      return [{ kind: 'code', text: String(token['text']) }];
    case 'br':
      return [{ kind: 'break' }];
    case 'link':
    case 'image':
      return linkOf(token as Tokens.Link | Tokens.Image, depth);
    case 'html':
      return /^<br\b/i.test(token.raw) ? [{ kind: 'break' }] : [];
    case 'checkbox':
      return [token['checked'] === true ? '☑ ' : '☐ '];
    default:
      return 'tokens' in token && token.tokens !== undefined
        ? inlinesOf(token.tokens, depth + 1)
        : [plain(token)];
  }
}

function linkOf({ href: target, tokens, text }: Tokens.Link | Tokens.Image, depth: number): Inline[] {
  const href = safeUrl(target);
  const content = inlinesOf(tokens, depth + 1);
  const shown = content.length > 0 ? content : [text || target];
  return href === null ? shown : [{ kind: 'link', href, content: shown }];
}

function plain(token: Token): string {
  return decodeEntities(String('text' in token ? token['text'] : token.raw));
}

/** Elements whose content is no text. */
const SILENT = /<(script|style|template|noscript|iframe|object|svg|math)\b[^]*?(?:<\/\1\s*>|$)/gi;

function textOfHtml(html: string): string {
  return decodeEntities(html.replace(SILENT, '').replaceAll(/<[^<>]*>/g, ' ')).trim();
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u{a0}'],
  ['mdash', '—'],
  ['ndash', '–'],
  ['hellip', '…'],
  ['copy', '©'],
]);

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi, (whole, ...groups) => {
    const [decimal, hex, name] = groups as (string | undefined)[];
    if (name !== undefined) return ENTITIES.get(name.toLowerCase()) ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    const isCharacter = code > 0 && code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : whole;
  });
}

/** Returns a description as one line of plain text, of at most so many characters. */
export function plainText(description: Description, lengthMax: number): string {
  const text = blocksOf(description)
    .map((block) => textOfBlock(block))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text.length > lengthMax ? `${text.slice(0, lengthMax - 1).trimEnd()}…` : text;
}

function textOfBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return textOfInlines(block.content);
    case 'list':
      return block.items.flat().map(textOfBlock).join(' ');
    case 'quote':
      return block.content.map(textOfBlock).join(' ');
    case 'table':
      return [block.head, ...block.rows].flat().map(textOfInlines).join(' ');
    case 'code':
      return block.text;
    case 'rule':
      return '';
  }
}

function textOfInlines(content: readonly Inline[]): string {
  return content
    .map((part) => {
      if (typeof part === 'string') return part;
      if (part.kind === 'break') return ' ';
      return part.kind === 'code' ? part.text : textOfInlines(part.content);
    })
    .join('');
}
