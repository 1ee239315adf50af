import { dictionary } from '@portolan/contract/dictionary';
import { GO_KEYS } from '@portolan/console/kinds/go-keys';
import { KIND_TITLES } from '@portolan/console/kinds/kind-titles';
import type { LucideIcon } from 'lucide-react';
import {
  Activity,
  AppWindow,
  ArrowLeftRight,
  BadgeCheck,
  Bell,
  BellRing,
  BookOpen,
  Boxes,
  Cable,
  FileClock,
  Gauge,
  GitCommitVertical,
  Globe,
  KeyRound,
  KeySquare,
  Layers,
  MailPlus,
  Network,
  Send,
  ServerCog,
  ShieldCheck,
  Store,
  TicketCheck,
  User,
  UserCog,
  Users,
  Waypoints,
} from 'lucide-react';
import { SCREENS, SECTIONS, type Section } from '../screens/registry.ts';

/** Somewhere the sidebar, the palette and keys lead. */
export interface Place {
  /** Path below the workspace. */
  readonly path: string;
  readonly title: string;
  readonly icon: LucideIcon;
  readonly keys: readonly string[];
}

const KINDS = dictionary<readonly [Section, LucideIcon]>({
  apis: ['APIs', Waypoints],
  versions: ['APIs', Layers],
  access: ['APIs', ShieldCheck],
  portals: ['Portals', Store],
  catalog: ['Portals', BookOpen],
  plans: ['APIs', Gauge],
  subscriptions: ['Portals', TicketCheck],
  users: ['People', User],
  groups: ['People', Users],
  keys: ['People', KeyRound],
  applications: ['Portals', AppWindow],
  clusters: ['Fleet', ServerCog],
  tunnels: ['Fleet', Cable],
  brokers: ['Fleet', Network],
  domains: ['Fleet', Globe],
  certificates: ['Fleet', BadgeCheck],
  requests: ['Observe', ArrowLeftRight],
  alerts: ['Observe', BellRing],
  rules: ['Observe', Bell],
  receivers: ['Observe', Send],
  resources: ['Changes', Boxes],
  changes: ['Changes', GitCommitVertical],
  audit: ['Changes', FileClock],
  members: ['Workspace', UserCog],
  invitations: ['Workspace', MailPlus],
  sessions: ['Workspace', KeySquare],
  providers: ['Workspace', KeySquare],
});

/** Returns the places of a section: lists of kinds, then screens. A kind of which nothing is said here is observed. */
export function placesOf(section: Section): readonly Place[] {
  const own = SCREENS.filter((screen) => screen.section === section);
  const taken = new Set(SCREENS.map(({ path }) => path));
  const lists = KIND_TITLES.filter(
    ([name]) => (KINDS[name]?.[0] ?? 'Observe') === section && !taken.has(name),
  ).map(([name, title]): Place => {
    const key = GO_KEYS[name];
    return {
      path: name,
      title,
      icon: KINDS[name]?.[1] ?? Activity,
      keys: key === undefined ? [] : [`g ${key}`],
    };
  });
  return [...lists, ...own.map(({ path, title, icon, keys = [] }) => ({ path, title, icon, keys }))];
}

export const allPlaces: readonly Place[] = SECTIONS.flatMap(placesOf);
