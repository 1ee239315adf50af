import { dictionary } from '@portolan/contract/dictionary';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PortalTheme } from '@portolan/resources/model/portal';
import { NOT_FOUND, type Reply } from '../gateway/http/reply.ts';

const TYPES = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
} as const;
const FILES = dictionary<URL>({
  'main.js': new URL('./browser/main.js', import.meta.url),
  'search.js': new URL('./browser/search.js', import.meta.url),
  'try-it.js': new URL('./browser/try-it.js', import.meta.url),
  'copy.js': new URL('./browser/copy.js', import.meta.url),
  'tokens.css': new URL(import.meta.resolve('@portolan/ui/tokens.css')),
  'portal.css': new URL('./browser/portal.css', import.meta.url),
  'icon.svg': new URL('./browser/icon.svg', import.meta.url),
});
const PREFIX = '/_portal/files/';

interface Files {
  readonly digest: string;
  readonly contents: ReadonlyMap<string, Buffer>;
}

let read: Files | null = null;

/** Reads the files of the pages once. Their addresses change with their content, so browsers may keep them for ever. */
function files(): Files {
  if (read === null) {
    const contents = new Map(
      Object.entries(FILES).map(([name, url]) => [name, readFileSync(fileURLToPath(url))]),
    );
    const hash = createHash('sha256');
    for (const content of contents.values()) hash.update(content);
    read = { digest: hash.digest('hex').slice(0, 16), contents };
  }
  return read;
}

/** Returns the path of a file of the pages. */
export function assetUrl(name: string): string {
  return `${PREFIX}${files().digest}/${name}`;
}

/** Returns the path of the style sheet of a theme, which holds the theme itself. */
export function themeUrl({ accent, accentDark, font, radiusPx }: PortalTheme): string {
  const parts = [accent ?? '', accentDark ?? '', font, String(radiusPx)].map((part) => part.replace('#', ''));
  return `/_portal/theme/${parts.join('_')}.css`;
}

const FIELDS = [
  'Cache-Control',
  'public, max-age=31536000, immutable',
  'X-Content-Type-Options',
  'nosniff',
  'Cross-Origin-Resource-Policy',
  'same-origin',
];

/** Returns the file at a path below `/_portal/`; null for other paths. */
export function assetReply(path: string): Reply | null {
  const theme = /^\/_portal\/theme\/([\da-f]{6})?_([\da-f]{6})?_(sans|serif|mono)_(\d{1,2})\.css$/.exec(path);
  if (theme !== null)
    return { status: 200, headers: ['Content-Type', TYPES.css, ...FIELDS], body: themeSheet(theme) };
  if (!path.startsWith(PREFIX)) return null;
  const [digest, name = ''] = path.slice(PREFIX.length).split('/');
  const content = files().contents.get(name);
  // Files of another version, such as before an upgrade, are not kept.
  if (content === undefined || digest !== files().digest) return NOT_FOUND;
  const extension = name.slice(name.lastIndexOf('.') + 1) as keyof typeof TYPES;
  return { status: 200, headers: ['Content-Type', TYPES[extension], ...FIELDS], body: content };
}

const FONTS = dictionary<string>({
  sans: 'var(--font-sans)',
  serif: "Charter, 'Bitstream Charter', 'Sitka Text', Cambria, Georgia, serif",
  mono: 'var(--font-mono)',
});

function themeSheet([, accent, accentDark, font = 'sans', radius = '6']: readonly (
  | string
  | undefined
)[]): string {
  const colours = [
    ...(accent === undefined ? [] : [`--accent-light: #${accent};`]),
    ...(accentDark === undefined ? [] : [`--accent-dark: #${accentDark};`]),
  ];
  return `:root { ${colours.join(' ')} --font-page: ${FONTS[font]}; --radius: ${radius}px; }\n`;
}
