import { lazyRouteComponent } from '@tanstack/react-router';
import { ChartLine, ScrollText, Settings, TriangleAlert } from 'lucide-react';

/** Problems, logs and figures over time, and what can be set. */
export const basicScreens = [
  {
    path: 'problems',
    title: 'Problems',
    section: 'Observe',
    icon: TriangleAlert,
    keys: ['g p'],
    permission: 'resources.read',
    view: lazyRouteComponent(() => import('./problems/problems-screen.tsx'), 'ProblemsScreen'),
  },
  {
    path: 'logs',
    title: 'Logs',
    section: 'Observe',
    icon: ScrollText,
    keys: ['g l'],
    permission: 'logs.read',
    view: lazyRouteComponent(() => import('./logs/logs-screen.tsx'), 'LogsScreen'),
  },
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
