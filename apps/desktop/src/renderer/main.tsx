import { StrictCsp } from '@portolan/ui/csp';
import { ToastProvider } from '@portolan/ui/toast';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { config } from 'zod';
import { createQueryClient } from './data/query-client.ts';
import { watchVersion } from './frame/newer-version.ts';
import { HostContext } from './host/host-context.tsx';
import { openHost } from './host/open-host.ts';
import { followPreferences } from './preferences/preferences.ts';
import { createConsoleRouter } from './router.tsx';

// Schemas are not compiled to code, which the content security policy refuses.
config({ jitless: true });

const place = document.querySelector('#root');
if (place === null) throw new Error('the page has no element #root');

const StartWindow = lazy(() =>
  import('./desktop/start-window.tsx').then(({ StartWindow: view }) => ({ default: view })),
);

followPreferences();
watchVersion();
// Not awaited here: parts that are loaded for the host import what this file is built with, which would then wait for them.
void openHost().then((host) => show(host, createRoot(place)));

function show(host: Awaited<ReturnType<typeof openHost>>, root: Root): void {
  root.render(
    <StrictMode>
      <StrictCsp>
        <ToastProvider>
          {host.kind === 'start' ? (
            <Suspense fallback={null}>
              <StartWindow bridge={host.bridge} />
            </Suspense>
          ) : (
            <HostContext value={host}>
              <QueryClientProvider client={createQueryClient()}>
                <RouterProvider router={createConsoleRouter()} />
              </QueryClientProvider>
            </HostContext>
          )}
        </ToastProvider>
      </StrictCsp>
    </StrictMode>,
  );
}
