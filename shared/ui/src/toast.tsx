import { Toast as Base } from '@base-ui/react/toast';
import { clsx } from 'clsx';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';

const manager = Base.createToastManager();

export interface ToastOptions {
  readonly title: string;
  readonly description?: string;
  readonly tone?: 'ok' | 'bad';
  readonly action?: { readonly label: string; readonly run: () => void };
}

const SHOWN_MS = 6_000;
const WITH_ACTION_MS = 15_000;

/** Shows a message at the lower right, read out by screen readers; failures stay until closed. */
export function toast({ title, description, tone = 'ok', action }: ToastOptions): void {
  manager.add({
    title,
    ...(description === undefined ? {} : { description }),
    type: tone,
    priority: tone === 'bad' ? 'high' : 'low',
    timeout: tone === 'bad' ? 0 : action === undefined ? SHOWN_MS : WITH_ACTION_MS,
    ...(action === undefined ? {} : { actionProps: { children: action.label, onClick: action.run } }),
  });
}

/** Gives toasts their place; once per page, around everything. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  return (
    <Base.Provider toastManager={manager} limit={3}>
      {children}
      <Base.Portal>
        <Base.Viewport className="fixed right-4 bottom-4 z-60 flex w-[min(26rem,calc(100vw-2rem))] flex-col gap-2">
          <List />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function List() {
  const { toasts } = Base.useToastManager();
  return toasts.map((one) => (
    <Base.Root
      key={one.id}
      toast={one}
      className={clsx(
        'rounded-md border bg-raised p-3 shadow-popup data-limited:hidden',
        one.type === 'bad' ? 'border-bad' : 'border-line',
      )}
    >
      <Base.Content className="flex items-start gap-2">
        <span aria-hidden className={one.type === 'bad' ? 'text-bad' : 'text-ok'}>
          {one.type === 'bad' ? '■' : '●'}
        </span>
        <div className="min-w-0 flex-1">
          <Base.Title className="font-medium wrap-anywhere" />
          <Base.Description className="text-sm wrap-anywhere text-muted" />
          {one.actionProps !== undefined && (
            <Base.Action className="mt-2 rounded border border-line-strong px-2 py-0.5 text-sm font-medium hover:bg-hover" />
          )}
        </div>
        <Base.Close aria-label="Close" className="rounded p-0.5 text-muted hover:bg-hover">
          <X size={14} aria-hidden />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ));
}
