import { clsx } from 'clsx';
import type { ReactNode } from 'react';

const TONES = {
  plain: 'bg-sunken text-text',
  muted: 'bg-sunken text-muted',
  accent: 'bg-accent-soft text-accent',
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
} as const;

export type BadgeTone = keyof typeof TONES;

/** Shapes beside the colours: colour alone is never the signal. */
const GLYPHS: Readonly<Partial<Record<BadgeTone, string>>> = { ok: '●', warn: '▲', bad: '■' };

/** A short state. */
export function Badge({
  tone = 'plain',
  children,
}: {
  readonly tone?: BadgeTone;
  readonly children: ReactNode;
}) {
  const glyph = GLYPHS[tone];
  return (
    <span
      className={clsx(
        'inline-flex max-w-full items-center gap-1 rounded px-1.5 py-px text-xs/4.5 font-medium',
        TONES[tone],
      )}
    >
      {glyph !== undefined && (
        <span aria-hidden className="text-[0.5rem]">
          {glyph}
        </span>
      )}
      <span className="truncate">{children}</span>
    </span>
  );
}
