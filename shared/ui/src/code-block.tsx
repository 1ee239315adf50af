import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';

/** Text to be copied or read as it is: a command, a manifest, a secret. */
export function CodeBlock({
  text,
  label,
  actions,
}: {
  readonly text: string;
  /** Name for screen readers. */
  readonly label: string;
  readonly actions?: ReactNode;
}) {
  return (
    <div className="rounded-md border border-line bg-sunken">
      <div className="flex items-center justify-between gap-2 border-b border-line py-1 pr-1 pl-3">
        <span className="truncate text-sm text-muted">{label}</span>
        <div className="flex gap-1">
          {actions}
          <CopyButton text={text} />
        </div>
      </div>
      <pre
        tabIndex={0}
        role="region"
        aria-label={label}
        className="max-h-96 overflow-auto px-3 py-2 font-mono text-sm/5 whitespace-pre-wrap wrap-anywhere"
      >
        {text}
      </pre>
    </div>
  );
}
