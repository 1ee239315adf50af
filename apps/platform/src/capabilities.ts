import { account } from './account/routes.ts';
import { alerts } from './alerts/routes.ts';
import { audit } from './audit/routes.ts';
import { changes } from './changes/routes.ts';
import { clusters } from './clusters/capability.ts';
import { events } from './events/capability.ts';
import { fleet } from './fleet/capability.ts';
import { groups } from './groups/routes.ts';
import { issuer } from './issuer/routes.ts';
import { keys } from './keys/routes.ts';
import { members } from './members/routes.ts';
import { notifications } from './notifications/routes.ts';
import { oneTimeLinks } from './one-time-links/routes.ts';
import type { Capability } from './platform.ts';
import { providers } from './providers/routes.ts';
import { selfService } from './self-service/routes.ts';
import { secondFactor } from './account/second-factor-routes.ts';
import { settings } from './settings/routes.ts';
import { sessions } from './sessions/routes.ts';
import { users } from './users/routes.ts';
import { workspaces } from './workspaces/routes.ts';

/** Every part of the platform, in the order in which its routes are documented. */
export const CAPABILITIES: readonly Capability[] = [
  sessions,
  account,
  secondFactor,
  workspaces,
  settings,
  members,
  users,
  oneTimeLinks,
  groups,
  keys,
  providers,
  clusters,
  changes,
  fleet,
  alerts,
  notifications,
  audit,
  issuer,
  selfService,
  events,
];
