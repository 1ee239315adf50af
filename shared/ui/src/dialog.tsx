import { lazy, Suspense, type ReactNode, type RefObject } from 'react';

const DialogPopup = lazy(() =>
  import('./dialog-popup.tsx').then(({ DialogPopup: popup }) => ({ default: popup })),
);

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

/** A modal dialog; focus returns to what opened it. Its code is loaded with the first one that opens. */
export function Dialog(props: DialogProps) {
  if (!props.isOpen) return null;
  return (
    <Suspense fallback={null}>
      <DialogPopup {...props} />
    </Suspense>
  );
}
