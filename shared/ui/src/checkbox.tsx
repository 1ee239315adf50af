import { clsx } from 'clsx';
import { useEffect, useRef, type ComponentProps, type ReactNode } from 'react';

interface CheckboxProps extends Omit<ComponentProps<'input'>, 'type' | 'children'> {
  /** Neither on nor off: some of many. */
  readonly isMixed?: boolean;
}

/** A box to tick. Give `aria-label`, or put it into a label. */
export function Checkbox({ isMixed = false, className, ...rest }: CheckboxProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = isMixed;
  }, [isMixed]);
  return (
    <input
      ref={box}
      type="checkbox"
      {...rest}
      className={clsx('block size-4 accent-(--accent-strong)', className)}
    />
  );
}

/** A box to tick with its text. */
export function CheckboxField({
  label,
  help,
  ...rest
}: CheckboxProps & { readonly label: ReactNode; readonly help?: ReactNode }) {
  return (
    <label className="flex items-start gap-2">
      <Checkbox {...rest} className="mt-0.5" />
      <span>
        <span className="font-medium">{label}</span>
        {help !== undefined && <span className="block text-sm text-muted">{help}</span>}
      </span>
    </label>
  );
}
