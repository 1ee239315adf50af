import { StrictCsp } from '@portolan/ui/csp';
import { ToastProvider } from '@portolan/ui/toast';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './data/query-client.ts';
import { HostContext } from './host/host-context.tsx';
import { createWebHost } from './host/web-host.ts';
import { followPreferences } from './preferences/preferences.ts';
import { createConsoleRouter } from './router.tsx';

const place = document.querySelector('#root');
if (place === null) throw new Error('the page has no element #root');

followPreferences();
createRoot(place).render(
  <StrictMode>
    <StrictCsp>
      <HostContext value={createWebHost()}>
        <QueryClientProvider client={createQueryClient()}>
          <ToastProvider>
            <RouterProvider router={createConsoleRouter()} />
          </ToastProvider>
        </QueryClientProvider>
      </HostContext>
    </StrictCsp>
  </StrictMode>,
);
