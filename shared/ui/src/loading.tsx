import { Skeleton } from './skeleton.tsx';

/** A grey shape in the place of what is still being read, which screen readers announce. */
export function Loading({ className }: { readonly className: string }) {
  return (
    <div role="status" aria-label="Loading" className={className}>
      <Skeleton className="size-full" />
    </div>
  );
}
