import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './source-tree.ts';

const RECORD_LINES_MAX = 40;

/** Folders that programs create when they first need them. */
const CREATED = new Set(['test/src/fuzz/corpus']);

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
}).split('\n');
const pages = tracked.filter((path) => path.endsWith('.md') && existsSync(join(ROOT, path)));
const records = pages.filter((path) => path.startsWith('docs/decisions/'));

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

describe('pages of documentation', () => {
  it('link to files and headings that exist', () => {
    const broken = pages.flatMap((page) =>
      linksOf(page)
        .filter((link) => !leadsSomewhere(page, link))
        .map((link) => `${page}: ${link}`),
    );
    expect(pages.length).toBeGreaterThan(100);
    expect(broken).toEqual([]);
  });

  it('name source files that exist', () => {
    const missing = pages.filter(isCurrent).flatMap((page) =>
      [...withoutCode(page).matchAll(/`((?:apps|shared|test|scripts|docs|examples)\/[\w./-]+)`/g)]
        .map(([, path = '']) => path)
        .filter((path) => !existsSync(join(ROOT, path)) && !CREATED.has(path))
        .map((path) => `${page}: ${path}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('records of decisions', () => {
  it('begin with their number and a title', () => {
    const wrong = records.filter(
      (path) =>
        !read(path).startsWith(`# ${basename(path).slice(0, 4)} `) || !/^# \d{4} [^:]/.test(read(path)),
    );
    expect(wrong).toEqual([]);
  });

  it('have a number each', () => {
    const numbers = records.map((path) => basename(path).slice(0, 4));
    expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([]);
  });

  it(`have at most ${RECORD_LINES_MAX} lines`, () => {
    expect(records.filter((path) => read(path).trimEnd().split('\n').length > RECORD_LINES_MAX)).toEqual([]);
  });
});

/** Records tell what was decided then: files that they name may have moved since. */
function isCurrent(page: string): boolean {
  return !page.startsWith('docs/decisions/');
}

function withoutCode(page: string): string {
  return read(page).replaceAll(/^```[^]*?^```/gm, '');
}

/** Returns the targets of links that stay in the repository. */
function linksOf(page: string): string[] {
  return [
    ...withoutCode(page)
      .replaceAll(/`[^`\n]*`/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || !target.endsWith('.md') || anchorsOf(target).has(anchor);
}

/** Returns the anchors of a page: named ones, and those that GitHub makes of headings. */
function anchorsOf(page: string): Set<string> {
  const headings = [...withoutCode(page).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text);
  const named = [...withoutCode(page).matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  return new Set([
    ...named,
    ...headings.map((text) =>
      text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  ]);
}
