import { GO_KEYS } from '@portolan/console/kinds/go-keys';
import { KIND_NAMES, KIND_TITLES, type KindName } from '@portolan/console/kinds/kind-titles';
import type { LucideIcon } from 'lucide-react';
import {
  AppWindow,
  ArrowLeftRight,
  BadgeCheck,
  Bell,
  BellRing,
  BookOpen,
  Boxes,
  Cable,
  FileClock,
  Fingerprint,
  FolderSync,
  Gauge,
  GitCommitVertical,
  Globe,
  KeyRound,
  KeySquare,
  Layers,
  MailPlus,
  Network,
  PhoneIncoming,
  ScrollText,
  Send,
  ServerCog,
  ShieldCheck,
  Store,
  TicketCheck,
  TriangleAlert,
  User,
  UserCog,
  Users,
  Waypoints,
  Workflow,
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

/** Section and icon of each list. */
const KINDS: Readonly<Record<KindName, readonly [Section, LucideIcon]>> = {
  apis: ['APIs', Waypoints],
  versions: ['APIs', Layers],
  operations: ['APIs', Workflow],
  callers: ['APIs', PhoneIncoming],
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
  problems: ['Observe', TriangleAlert],
  requests: ['Observe', ArrowLeftRight],
  logs: ['Observe', ScrollText],
  alerts: ['Observe', BellRing],
  rules: ['Observe', Bell],
  receivers: ['Observe', Send],
  resources: ['Changes', Boxes],
  changes: ['Changes', GitCommitVertical],
  audit: ['Changes', FileClock],
  members: ['Workspace', UserCog],
  invitations: ['Workspace', MailPlus],
  sessions: ['Workspace', KeySquare],
  providers: ['Workspace', Fingerprint],
  'scim-tokens': ['Workspace', FolderSync],
};

/** Returns the places of a section: lists of kinds, then screens. */
export function placesOf(section: Section): readonly Place[] {
  const own = SCREENS.filter((screen) => screen.section === section);
  const taken = new Set(SCREENS.map(({ path }) => path));
  const lists = KIND_NAMES.filter((name) => KINDS[name][0] === section && !taken.has(name)).map(
    (name): Place => {
      const key = GO_KEYS[name];
      return {
        path: name,
        title: KIND_TITLES[name],
        icon: KINDS[name][1],
        keys: key === undefined ? [] : [`g ${key}`],
      };
    },
  );
  return [...lists, ...own.map(({ path, title, icon, keys = [] }) => ({ path, title, icon, keys }))];
}

export const allPlaces: readonly Place[] = SECTIONS.flatMap(placesOf);
