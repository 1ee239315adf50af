import { Suspense, useEffect, useState, type ReactNode } from 'react';
import { lazily } from './lazily.tsx';
import type { ToastOptions, ToastSource } from './toaster.tsx';

const Toaster = lazily(() => import('./toaster.tsx').then(({ Toaster: view }) => view));

const waiting: ToastOptions[] = [];
let deliver: ((toast: ToastOptions) => void) | null = null;
let wake: () => void = () => undefined;

const source: ToastSource = {
  deliverTo(receive) {
    deliver = receive;
    for (const one of waiting.splice(0)) receive(one);
    return () => {
      deliver = null;
    };
  },
};

/** Shows a message at the lower right, read out by screen readers; failures stay until closed. */
export function toast(options: ToastOptions): void {
  if (deliver !== null) return deliver(options);
  waiting.push(options);
  wake();
}

/** Gives toasts their place; once per page, around everything. Their code is loaded once the page is used. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [isUsed, setUsed] = useState(false);
  useEffect(() => {
    const use = () => setUsed(true);
    wake = use;
    if (waiting.length > 0) use();
    // The live region has to be there before its first message, or screen readers do not read that out.
    for (const type of ['pointerdown', 'keydown'] as const)
      window.addEventListener(type, use, { once: true });
    return () => {
      wake = () => undefined;
      for (const type of ['pointerdown', 'keydown'] as const) window.removeEventListener(type, use);
    };
  }, []);
  return (
    <>
      {children}
      <Suspense fallback={null}>{isUsed && <Toaster source={source} />}</Suspense>
    </>
  );
}
