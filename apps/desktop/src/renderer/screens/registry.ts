import type { Permission } from '@portolan/contract/permissions';
import { Globe, Grid3x3, Route, type LucideIcon } from 'lucide-react';
import { lazyRouteComponent, type RouteComponent } from '@tanstack/react-router';
import { basicScreens } from './basic-screens.ts';

/** Groups of the sidebar, in their order. */
export const SECTIONS = ['APIs', 'Portals', 'People', 'Fleet', 'Observe', 'Changes', 'Workspace'] as const;
export type Section = (typeof SECTIONS)[number];

/** A page that is no list of a kind: what only a page does well. Give `view` as `lazyRouteComponent(() => import(…), 'Name')`. */
export interface Screen {
  /** Path below the workspace: `metrics`. A list of a kind at the same path gives way to it. */
  readonly path: string;
  readonly title: string;
  readonly section: Section;
  readonly icon: LucideIcon;
  /** Keys that open it: `g M`. */
  readonly keys?: readonly string[];
  /** Without it the screen is not shown to the account. */
  readonly permission: Permission | 'signed-in';
  readonly view: RouteComponent;
}

/** Every screen, in the order of the sidebar within its section. */
export const SCREENS: readonly Screen[] = [
  ...basicScreens,
  {
    path: 'access-matrix',
    title: 'Access matrix',
    section: 'APIs',
    icon: Grid3x3,
    keys: ['g X'],
    permission: 'resources.read',
    view: lazyRouteComponent(() => import('../access-matrix/access-matrix.tsx'), 'AccessMatrix'),
  },
  {
    path: 'explain',
    title: 'Explain a call',
    section: 'APIs',
    icon: Route,
    keys: ['g e'],
    permission: 'resources.read',
    view: lazyRouteComponent(() => import('../explain/explain-page.tsx'), 'ExplainPage'),
  },
  {
    path: 'regions',
    title: 'Regions',
    section: 'Fleet',
    icon: Globe,
    keys: ['g G'],
    permission: 'clusters.read',
    view: lazyRouteComponent(() => import('../regions/region-map.tsx'), 'RegionMap'),
  },
];
