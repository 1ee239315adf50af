import { account } from './identity/accounts/routes.ts';
import { alerts } from './alerts/routes.ts';
import { audit } from './audit/routes.ts';
import { changes } from './change-sets/routes.ts';
import { agents } from './agents/capability.ts';
import { clusters } from './clusters/routes.ts';
import { requests } from './requests/routes.ts';
import { resources } from './resources/routes.ts';
import { replacePlatformProblems } from './resources/problems/report-store.ts';
import { telemetry } from './telemetry/routes.ts';
import { why } from './why/routes.ts';
import { domains } from './domains/routes.ts';
import { publicCertificates } from './certificates/routes.ts';
import { events } from './events/capability.ts';
import { fleet } from './fleet/routes.ts';
import { groups } from './users/groups/routes.ts';
import { issuer } from './identity/issuer/routes.ts';
import { keys } from './users/keys/routes.ts';
import { members } from './identity/members/routes.ts';
import { notifications } from './notifications/routes.ts';
import { oneTimeLinks } from './identity/links/routes.ts';
import { portalChanges } from './portal-changes/routes.ts';
import { portals } from './portals/routes.ts';
import type { CreateCapability } from './platform.ts';
import { providers } from './providers/routes.ts';
import { scim } from './scim/routes.ts';
import { selfService } from './self-service/routes.ts';
import { secondFactor } from './identity/accounts/second-factor-routes.ts';
import { settings } from './workspaces/settings/routes.ts';
import { sessions } from './identity/sessions/routes.ts';
import { browserSessions } from './identity/sessions/browser-routes.ts';
import { console } from './console/routes.ts';
import { users } from './users/routes.ts';
import { workspaces } from './workspaces/routes.ts';

/** All capabilities, in the order in which their routes are documented. */
export const CAPABILITIES: readonly CreateCapability[] = [
  sessions,
  browserSessions,
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
  scim,
  clusters,
  resources,
  domains(replacePlatformProblems),
  publicCertificates,
  why,
  telemetry,
  requests,
  agents,
  changes,
  fleet,
  alerts,
  notifications,
  audit,
  issuer,
  selfService,
  portals,
  portalChanges,
  events,
  console,
];
