import { clsx } from 'clsx';

/** A grey shape in the place of what is still being read; hidden from screen readers. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={clsx('animate-pulse rounded bg-hover', className ?? 'h-4 w-full')} />;
}
