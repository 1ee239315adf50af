/**
 * Names and titles of all kinds, in their order, for menus that are shown before the kinds themselves are loaded; a test compares
 * them with `allKinds`.
 */
export const KIND_TITLES: readonly (readonly [name: string, title: string])[] = [
  ['apis', 'APIs'],
  ['versions', 'Versions'],
  ['access', 'Access'],
  ['subscriptions', 'Subscriptions'],
  ['applications', 'Applications'],
  ['plans', 'Plans'],
  ['catalog', 'Catalog'],
  ['users', 'Users'],
  ['groups', 'Groups'],
  ['keys', 'API keys'],
  ['clusters', 'Clusters'],
  ['tunnels', 'Tunnels'],
  ['brokers', 'Brokers'],
  ['domains', 'Domains'],
  ['portals', 'API portals'],
  ['problems', 'Problems'],
  ['requests', 'Requests'],
  ['logs', 'Logs'],
  ['alerts', 'Alerts'],
  ['rules', 'Alert rules'],
  ['receivers', 'Alert receivers'],
  ['resources', 'Resources'],
  ['changes', 'Changes'],
  ['members', 'Members'],
  ['invitations', 'Invitations'],
  ['sessions', 'My sessions and tokens'],
  ['providers', 'Identity providers'],
  ['audit', 'Audit'],
];
