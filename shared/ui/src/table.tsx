import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

/** A table of few rows, which scrolls sideways on narrow screens. */
export function Table({ className, ...rest }: ComponentProps<'table'>) {
  return (
    <div className="overflow-x-auto">
      <table {...rest} className={clsx('w-full border-collapse text-left', className)} />
    </div>
  );
}

export function HeadCell({ className, ...rest }: ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      {...rest}
      className={clsx(
        'border-b border-line py-1.5 pr-4 text-xs font-medium whitespace-nowrap text-muted',
        className,
      )}
    />
  );
}

export function Cell({ className, ...rest }: ComponentProps<'td'>) {
  return <td {...rest} className={clsx('border-b border-line py-1.5 pr-4 align-top', className)} />;
}
