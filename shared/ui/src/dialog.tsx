import { Suspense } from 'react';
import type { DialogProps } from './dialog-popup.tsx';
import { lazily } from './lazily.tsx';

const DialogPopup = lazily(() => import('./dialog-popup.tsx').then(({ DialogPopup: popup }) => popup));

/** A modal dialog; focus returns to what opened it. Its code is loaded with the first one that opens. */
export function Dialog(props: DialogProps) {
  if (!props.isOpen) return null;
  return (
    <Suspense fallback={null}>
      <DialogPopup {...props} />
    </Suspense>
  );
}
