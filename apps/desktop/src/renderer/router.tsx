import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router';
import { z } from 'zod';
import { PageError } from './frame/page-error.tsx';
import { Workspace } from './frame/workspace.tsx';
import { HomeScreen } from './screens/home/home-screen.tsx';
import { listSearch } from './lists/list-search.ts';
import { SCREENS } from './screens/registry.ts';
import { StartPage } from './session/start-page.tsx';

const root = createRootRoute({ component: Outlet });

const start = createRoute({ getParentRoute: () => root, path: '/', component: StartPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./session/sign-in-page.tsx'), 'SignInPage'),
  validateSearch: z.object({ to: z.string().max(2_000).optional().catch(undefined) }),
});

const callback = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/callback',
  component: lazyRouteComponent(() => import('./session/callback-page.tsx'), 'CallbackPage'),
});

const workspace = createRoute({
  getParentRoute: () => root,
  path: '/w/$workspace',
  component: Workspace,
});

const home = createRoute({
  getParentRoute: () => workspace,
  path: '/',
  component: HomeScreen,
});

const list = createRoute({
  getParentRoute: () => workspace,
  path: '/$kind',
  component: lazyRouteComponent(() => import('./lists/list-page.tsx'), 'ListPage'),
  validateSearch: listSearch,
});

const detail = createRoute({
  getParentRoute: () => workspace,
  path: '/$kind/$id',
  component: lazyRouteComponent(() => import('./details/detail-page.tsx'), 'DetailPage'),
  validateSearch: z.object({ tab: z.string().max(64).optional().catch(undefined) }),
});

/** What a screen keeps in the address is its own; it parses it itself. */
const screenSearch = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).catch({});

const screens = SCREENS.map(({ path, view }) =>
  createRoute({
    getParentRoute: () => workspace,
    path: `/${path}`,
    component: view,
    validateSearch: screenSearch,
  }),
);

const tree = root.addChildren([
  start,
  signIn,
  callback,
  workspace.addChildren([home, list, detail, ...screens]),
]);

/** Creates the router; the address is the state of every page. */
export function createConsoleRouter() {
  return createRouter({
    routeTree: tree,
    defaultPreload: 'intent',
    defaultErrorComponent: PageError,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
