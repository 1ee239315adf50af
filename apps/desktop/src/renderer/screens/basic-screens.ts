import { lazyRouteComponent } from '@tanstack/react-router';
import { ChartLine, Settings } from 'lucide-react';

/** Figures over time, and what can be set. */
export const basicScreens = [
  {
    path: 'metrics',
    title: 'Metrics',
    section: 'Observe',
    icon: ChartLine,
    keys: ['g M'],
    permission: 'metrics.read',
    view: lazyRouteComponent(() => import('./metrics/metrics-screen.tsx'), 'MetricsScreen'),
  },
  {
    path: 'settings',
    title: 'Settings',
    section: 'Workspace',
    icon: Settings,
    keys: ['g s'],
    permission: 'workspace.read',
    view: lazyRouteComponent(() => import('./settings/settings-screen.tsx'), 'SettingsScreen'),
  },
] as const;
