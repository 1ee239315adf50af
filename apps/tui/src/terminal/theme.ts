import type { Tone } from '@portolan/console/tone';
import { Chalk, type ChalkInstance } from 'chalk';
import { safeText } from '@portolan/console/safe-text';
import type { ThemeName } from '@portolan/contexts/theme-names';

/** Paints text. Every string on the screen passes through `paint`, which also makes it safe. */
export interface Theme {
  readonly name: ThemeName;
  readonly ascii: boolean;
  readonly glyphs: Glyphs;
  paint(tone: Tone, text: string): string;
}

interface Glyphs {
  readonly cursor: string;
  readonly mark: string;
  readonly on: string;
  readonly off: string;
  readonly warn: string;
  readonly bad: string;
  readonly rule: string;
  readonly side: string;
  readonly up: string;
  readonly down: string;
  readonly crumb: string;
  readonly spark: readonly string[];
}

const UNICODE: Glyphs = {
  cursor: '▸',
  mark: '✓',
  on: '●',
  off: '○',
  warn: '▲',
  bad: '✗',
  rule: '─',
  side: '│',
  up: '↑',
  down: '↓',
  crumb: '›',
  spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
};
const ASCII: Glyphs = {
  cursor: '>',
  mark: '*',
  on: 'o',
  off: '.',
  warn: '!',
  bad: 'x',
  rule: '-',
  side: '|',
  up: '^',
  down: 'v',
  crumb: '>',
  spark: ['_', '.', '-', '=', '+', '*', '%', '#'],
};

type Palette = Readonly<Record<'accent' | 'ok' | 'warn' | 'bad' | 'dim' | 'selected' | 'bar', string>>;

const HEX: Readonly<Record<'dark' | 'light' | 'contrast' | 'colour-blind', Palette>> = {
  dark: {
    accent: '#7dcfff',
    ok: '#9ece6a',
    warn: '#e0af68',
    bad: '#f7768e',
    dim: '#8088a4',
    selected: '#2b3b5c',
    bar: '#1f2335',
  },
  light: {
    accent: '#0b62a8',
    ok: '#35702a',
    warn: '#8a5a00',
    bad: '#b3153a',
    dim: '#5c6270',
    selected: '#cfe0f5',
    bar: '#e6e9ef',
  },
  contrast: {
    accent: '#00ffff',
    ok: '#00ff00',
    warn: '#ffff00',
    bad: '#ff5555',
    dim: '#d0d0d0',
    selected: '#0000c0',
    bar: '#303030',
  },
  // Blue against orange (Okabe and Ito's palette): told apart with any of the common colour deficiencies.
  'colour-blind': {
    accent: '#56b4e9',
    ok: '#56b4e9',
    warn: '#f0e442',
    bad: '#e69f00',
    dim: '#9a9a9a',
    selected: '#2b3b5c',
    bar: '#262626',
  },
};

/** Creates a theme for a terminal that shows `level` of colour (0 none, 1 sixteen, 2 256, 3 true colour). */
export function createTheme(name: ThemeName, options: { level: 0 | 1 | 2 | 3; ascii: boolean }): Theme {
  const plain = name === 'none' || options.level === 0;
  const chalk = new Chalk({ level: plain ? 0 : options.level });
  const isHex = name !== 'none' && name !== 'ansi16' && options.level > 1;
  const styles = isHex ? hex(chalk, HEX[name]) : sixteen(chalk);
  return {
    name: plain ? 'none' : name,
    ascii: options.ascii,
    glyphs: options.ascii ? ASCII : UNICODE,
    paint(tone, text) {
      const safe = safeText(text);
      return tone === 'plain' || plain || safe === '' ? safe : styles[tone](safe);
    },
  };
}

type Styles = Readonly<Record<Exclude<Tone, 'plain'>, ChalkInstance>>;

function sixteen(chalk: ChalkInstance): Styles {
  return {
    dim: chalk.dim,
    strong: chalk.bold,
    title: chalk.bold,
    accent: chalk.cyan,
    ok: chalk.green,
    warn: chalk.yellow,
    bad: chalk.red,
    selected: chalk.inverse,
    match: chalk.underline,
    production: chalk.bold.white.bgRed,
    bar: chalk.inverse,
  };
}

function hex(chalk: ChalkInstance, palette: Palette): Styles {
  return {
    dim: chalk.hex(palette.dim),
    strong: chalk.bold,
    title: chalk.bold.hex(palette.accent),
    accent: chalk.hex(palette.accent),
    ok: chalk.hex(palette.ok),
    warn: chalk.hex(palette.warn),
    bad: chalk.hex(palette.bad),
    selected: chalk.bold.bgHex(palette.selected),
    match: chalk.underline.hex(palette.accent),
    production: chalk.bold.hex('#ffffff').bgHex('#b3153a'),
    bar: chalk.bgHex(palette.bar),
  };
}
