import { clsx } from 'clsx';
import type { ReactNode } from 'react';

interface CardProps {
  readonly title?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A panel with a heading. */
export function Card({ title, actions, children, className }: CardProps) {
  return (
    <section className={clsx('min-w-0 rounded-lg border border-line bg-panel', className)}>
      {title !== undefined && (
        <header className="flex min-h-10 items-center gap-2 border-b border-line px-4 py-1.5">
          <h2 className="min-w-0 flex-1 truncate font-semibold">{title}</h2>
          {actions}
        </header>
      )}
      <div className="px-4 py-3">{children}</div>
    </section>
  );
}
