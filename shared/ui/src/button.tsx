import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

const VARIANTS = {
  primary: 'border-transparent bg-accent-strong text-accent-ink hover:brightness-110',
  secondary: 'border-line-strong/50 bg-panel text-text hover:bg-hover',
  quiet: 'border-transparent bg-transparent text-muted hover:bg-hover hover:text-text',
  danger: 'border-transparent bg-bad-strong text-accent-ink hover:brightness-110',
} as const;

const SIZES = {
  small: 'h-7 gap-1.5 px-2 text-sm',
  medium: 'h-8 gap-2 px-3',
  icon: 'size-7 justify-center',
} as const;

export interface ButtonProps extends ComponentProps<'button'> {
  readonly variant?: keyof typeof VARIANTS;
  readonly size?: keyof typeof SIZES;
}

/** Returns the classes of a button, for links that look like one. */
export function buttonClass(
  variant: keyof typeof VARIANTS = 'secondary',
  size: keyof typeof SIZES = 'medium',
) {
  return clsx(
    'inline-flex shrink-0 items-center rounded-md border font-medium whitespace-nowrap select-none',
    'disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55',
    VARIANTS[variant],
    SIZES[size],
  );
}

/** A push button; `type` is `button` unless given, so that it never submits a form by accident. */
export function Button({ variant, size, className, ...rest }: ButtonProps) {
  return <button type="button" {...rest} className={clsx(buttonClass(variant, size), className)} />;
}
