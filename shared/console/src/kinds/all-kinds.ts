import { access } from './access.ts';
import { alertRules } from './alert-rules.ts';
import { alerts } from './alerts.ts';
import { applications } from './applications.ts';
import { apis } from './apis.ts';
import { audit } from './audit.ts';
import { brokers } from './brokers.ts';
import { catalog } from './catalog.ts';
import { changes } from './changes.ts';
import { clusters } from './clusters.ts';
import { certificates } from './certificates.ts';
import { domains } from './domains.ts';
import { groups } from './groups.ts';
import { invitations } from './invitations.ts';
import { keys } from './keys.ts';
import type { Kind } from './kind.ts';
import type { KindName } from './kind-titles.ts';
import { logs } from './logs.ts';
import { members } from './members.ts';
import { plans } from './plans.ts';
import { portals } from './portals.ts';
import { problems } from './problems.ts';
import { providers } from './providers.ts';
import { receivers } from './receivers.ts';
import { requests } from './requests.ts';
import { resources } from './resources.ts';
import { scimTokens } from './scim-tokens.ts';
import { sessions } from './sessions.ts';
import { subscriptions } from './subscriptions.ts';
import { callers, operations } from './callers-and-operations.ts';
import { tunnels } from './tunnels.ts';
import { users } from './users.ts';
import { versions } from './versions.ts';

const BY_NAME: Readonly<Record<KindName, Kind>> = {
  apis,
  versions,
  operations,
  callers,
  access,
  subscriptions,
  applications,
  plans,
  catalog,
  users,
  groups,
  keys,
  clusters,
  tunnels,
  brokers,
  domains,
  certificates,
  portals,
  problems,
  requests,
  logs,
  alerts,
  rules: alertRules,
  receivers,
  resources,
  changes,
  members,
  invitations,
  sessions,
  providers,
  'scim-tokens': scimTokens,
  audit,
};

/** Every kind there is a list of, in the order people meet them. */
export const allKinds: readonly Kind[] = Object.values(BY_NAME);

/** The kind a person names, in singular, plural or by an alias. */
export function findKindByName(name: string): Kind | null {
  const wanted = name.toLowerCase();
  return allKinds.find((kind) => kind.name === wanted || kind.aliases.includes(wanted)) ?? null;
}
