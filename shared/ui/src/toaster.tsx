import { Toast as Base } from '@base-ui/react/toast';
import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { useEffect } from 'react';

const manager = Base.createToastManager();

export interface ToastOptions {
  readonly title: string;
  readonly description?: string;
  readonly tone?: 'ok' | 'bad';
  readonly action?: { readonly label: string; readonly run: () => void };
}

export interface ToastSource {
  /** Passes on waiting and later toasts; returns what ends that. */
  deliverTo(receive: (toast: ToastOptions) => void): () => void;
}

const SHOWN_MS = 6_000;
const WITH_ACTION_MS = 15_000;

/** Adds a toast; failures stay until closed. */
function add({ title, description, tone = 'ok', action }: ToastOptions): void {
  manager.add({
    title,
    ...(description === undefined ? {} : { description }),
    type: tone,
    priority: tone === 'bad' ? 'high' : 'low',
    timeout: tone === 'bad' ? 0 : action === undefined ? SHOWN_MS : WITH_ACTION_MS,
    ...(action === undefined ? {} : { actionProps: { children: action.label, onClick: action.run } }),
  });
}

/** Shows the toasts that are waiting and those that follow, at the lower right. */
export function Toaster({ source }: { readonly source: ToastSource }) {
  useEffect(() => source.deliverTo(add), [source]);
  return (
    <Base.Provider toastManager={manager} limit={3}>
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
