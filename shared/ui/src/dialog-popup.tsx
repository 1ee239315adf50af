import { Dialog as Base } from '@base-ui/react/dialog';
import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { useRef, type ReactNode, type RefObject } from 'react';

const SIZES = { small: 'max-w-md', medium: 'max-w-xl', large: 'max-w-4xl' } as const;

export interface DialogProps {
  readonly isOpen: boolean;
  /** Absent: it stays until what it asks for is done. */
  readonly onClose?: () => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children: ReactNode;
  /** Buttons at the lower edge, which stay in view. */
  readonly footer?: ReactNode;
  readonly size?: 'small' | 'medium' | 'large';
  /** A dialog that waits for an answer does not close by a click beside it. */
  readonly isPersistent?: boolean;
  readonly initialFocus?: RefObject<HTMLElement | null>;
}

/** What `Dialog` shows while it is open. */
export function DialogPopup(props: DialogProps) {
  const { onClose, title, description, children, footer, size = 'medium', isPersistent } = props;
  const content = useRef<HTMLDivElement>(null);
  return (
    <Base.Root
      open
      onOpenChange={(open) => !open && onClose?.()}
      disablePointerDismissal={isPersistent === true || onClose === undefined}
    >
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Base.Popup
          data-layer
          initialFocus={props.initialFocus ?? (() => firstControl(content.current))}
          className={clsx(
            'fixed top-[8vh] left-1/2 z-50 flex max-h-[84vh] w-[calc(100vw-2rem)] -translate-x-1/2 flex-col',
            'rounded-lg border border-line bg-raised shadow-popup outline-none',
            SIZES[size],
          )}
        >
          <header className="flex items-start gap-3 border-b border-line px-4 py-3">
            <div className="min-w-0 flex-1">
              <Base.Title className="text-lg font-semibold wrap-anywhere">{title}</Base.Title>
              {description !== undefined && (
                <Base.Description className="mt-0.5 text-muted">{description}</Base.Description>
              )}
            </div>
            {onClose !== undefined && (
              <Base.Close
                aria-label="Close"
                className="-mr-1 inline-flex size-7 items-center justify-center rounded-md text-muted hover:bg-hover"
              >
                <X size={16} aria-hidden />
              </Base.Close>
            )}
          </header>
          <div ref={content} className="min-h-0 flex-1 overflow-y-auto px-4 py-4">
            {children}
          </div>
          {footer !== undefined && (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-4 py-3">
              {footer}
            </footer>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** Returns what a person does first in a dialog; true leaves it to the dialog. */
function firstControl(content: HTMLElement | null): HTMLElement | true {
  return content?.querySelector<HTMLElement>('input, textarea, [role=combobox], button, a[href]') ?? true;
}
