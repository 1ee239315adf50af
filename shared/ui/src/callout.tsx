import { clsx } from 'clsx';
import type { ReactNode } from 'react';

const TONES = {
  info: 'border-line bg-sunken',
  ok: 'border-ok/40 bg-ok-soft text-ok',
  warn: 'border-warn/40 bg-warn-soft text-warn',
  bad: 'border-bad/40 bg-bad-soft text-bad',
} as const;

interface CalloutProps {
  readonly tone?: keyof typeof TONES;
  readonly title?: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** A message inside a page; failures are announced to screen readers. */
export function Callout({ tone = 'info', title, children, actions }: CalloutProps) {
  return (
    <div
      {...(tone === 'bad' ? { role: 'alert' } : {})}
      className={clsx('flex flex-wrap items-start gap-x-4 gap-y-2 rounded-md border px-3 py-2', TONES[tone])}
    >
      <div className="min-w-0 flex-1 wrap-anywhere">
        {title !== undefined && <p className="font-medium">{title}</p>}
        {children !== undefined && <div className={clsx(title !== undefined && 'text-sm')}>{children}</div>}
      </div>
      {actions}
    </div>
  );
}
