import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

const BOX =
  'w-full rounded-md border border-line-strong bg-panel px-2.5 text-text aria-invalid:border-bad disabled:opacity-60';

/** A text field of one line. */
export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input autoComplete="off" {...rest} className={clsx(BOX, 'h-8', className)} />;
}

/** A text field of several lines. */
export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea {...rest} className={clsx(BOX, 'min-h-24 py-1.5', className)} />;
}
