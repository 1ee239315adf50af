/**
 * Titles of all kinds by name, in their order, for menus that are shown before the kinds themselves are loaded. A kind whose name
 * is missing here, or a name without a kind, does not compile.
 */
export const KIND_TITLES = {
  apis: 'APIs',
  versions: 'Versions',
  operations: 'Operations',
  callers: 'Callers',
  access: 'Access',
  subscriptions: 'Subscriptions',
  applications: 'Applications',
  plans: 'Plans',
  catalog: 'Catalog',
  users: 'Users',
  groups: 'Groups',
  keys: 'API keys',
  clusters: 'Clusters',
  tunnels: 'Tunnels',
  brokers: 'Brokers',
  domains: 'Domains',
  certificates: 'Certificates',
  portals: 'API portals',
  problems: 'Problems',
  requests: 'Requests',
  logs: 'Logs',
  alerts: 'Alerts',
  rules: 'Alert rules',
  receivers: 'Alert receivers',
  resources: 'Resources',
  changes: 'Changes',
  members: 'Members',
  invitations: 'Invitations',
  sessions: 'My sessions and tokens',
  providers: 'Identity providers',
  'scim-tokens': 'SCIM tokens',
  audit: 'Audit',
} as const;

export type KindName = keyof typeof KIND_TITLES;

/** All names, in the order of the titles. */
export const KIND_NAMES = Object.keys(KIND_TITLES) as readonly KindName[];

/** Returns whether a text, of an address for example, is the name of a kind. */
export function isKindName(name: string): name is KindName {
  return Object.hasOwn(KIND_TITLES, name);
}
