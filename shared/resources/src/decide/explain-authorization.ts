import type { ApiGuard, Grant } from '../model/model.ts';
import type { ApiAuth } from '../model/authentication.ts';
import type { Identity } from '../model/request.ts';
import type { Reason } from './decision.ts';
import type { Matched } from './matched.ts';
import { list, nameCaller, nameLimit, nameObject, REMEDY_OWNER } from './format.ts';
import { noGrant, planStep } from './explain-plan.ts';
import { namesApplication, reachesCaller } from './reaches.ts';
import { findOperation } from './operations.ts';

/** Operation, groups, access and limit of an API request, up to the first refusal. */
export function explainAuthorization(matched: Matched, guard: ApiGuard): Reason[] {
  const { router, identity, decision } = matched;
  const { operation } = decision;
  const name = operation === null ? 'the operation' : `${operation.method} ${operation.path}`;
  const walk: Reason[] = [{ step: 'operation', ok: true, text: `${name}${asDocumented(matched, guard)}` }];
  if (identity === null) return [...walk, missingCredential(guard.auth ?? router.model.apiAuth)];
  const reaching = guard.grants.filter((grant) => reachesCaller(grant, identity));
  if (reaching.length === 0)
    return [...walk, guard.gateway === null ? noGrant(guard, identity) : noGroup(guard, identity)];
  if (identity.kind === 'user')
    walk.push({ step: 'groups', ok: true, text: `${nameCaller(identity)} is in ${groupsOf(identity)}` });
  if (decision.grant === null && decision.status === 403) return [...walk, filteredOut(reaching, name)];
  const grant = guard.grants.find((candidate) => candidate.access.key === decision.grant?.key) ?? reaching[0];
  if (grant !== undefined) walk.push(granted(grant, identity));
  if (decision.limit !== null || decision.terms === null) walk.push(limitStep(decision.limit));
  if (decision.terms !== null) walk.push(planStep(decision.terms, reaching));
  return walk;
}

/** What the API's own document calls the operation. */
function asDocumented({ decision: { operation }, documentOf }: Matched, guard: ApiGuard): string {
  const document = (guard.version && documentOf(guard.version.key)) ?? documentOf(guard.api.key);
  if (!document || operation === null) return '';
  const found = findOperation(document, operation.method, operation.path);
  if (found === null) return ', which is not in its OpenAPI document';
  const template = `${found.method} ${found.path}`;
  return found.operationId === null
    ? `, documented as ${template}`
    : `, operation "${found.operationId}" (${template})`;
}

function missingCredential(auth: ApiAuth): Reason {
  if (auth.kind === 'unusable')
    return {
      step: 'groups',
      ok: false,
      text: `no caller can be authenticated: ${auth.reason}`,
      object: auth.source,
      fix: auth.fix,
      who: REMEDY_OWNER.editor,
    };
  const { what, fix } = credentialOf(auth);
  return {
    step: 'groups',
    ok: false,
    text: `the caller is not authenticated: ${what} is missing, or it is expired, suspended or unknown`,
    fix,
    who: REMEDY_OWNER.caller,
  };
}

function credentialOf(auth: Exclude<ApiAuth, { kind: 'unusable' }>): { what: string; fix: string } {
  switch (auth.kind) {
    case 'apiKey':
      return { what: 'a valid API key', fix: `send an API key ${placesOf(auth.source)}` };
    case 'ldap':
      return {
        what: 'a user name and password of the directory',
        fix: 'send them as HTTP Basic authentication',
      };
    default:
      return { what: 'a valid token (JWT)', fix: 'send a token in "Authorization: Bearer …"' };
  }
}

function placesOf({
  header,
  headerAuthScheme,
  query,
  cookie,
}: Extract<ApiAuth, { kind: 'apiKey' }>['source']): string {
  const places = [
    ...(header === undefined
      ? []
      : [`in "${header}: ${headerAuthScheme === undefined ? '' : `${headerAuthScheme} `}…"`]),
    ...(query === undefined ? [] : [`in the query as "${query}=…"`]),
    ...(cookie === undefined ? [] : [`in the cookie "${cookie}"`]),
  ];
  return places.join(' or ');
}

function noGroup(guard: ApiGuard, identity: Identity): Reason {
  const open = [
    ...new Set(guard.grants.flatMap(({ groups }) => (groups === 'any' ? [] : groups))),
  ].toSorted();
  const [first] = guard.grants;
  const access = first === undefined ? 'an APIAccess' : nameObject(first.access);
  const text = open.length === 0 ? 'no group may call it' : `it is granted to ${list(open, 'and')}`;
  return {
    step: 'groups',
    ok: false,
    text: `${nameCaller(identity)} is in ${groupsOf(identity)}; ${text}`,
    ...(first === undefined ? {} : { object: first.access }),
    fix: `${open.length === 0 ? '' : `add ${nameCaller(identity)} to ${list(open, 'or')}, or `}add a group of theirs to ${access}`,
    who: `${REMEDY_OWNER.admin}, or ${REMEDY_OWNER.editor}`,
  };
}

function filteredOut(reaching: readonly Grant[], operation: string): Reason {
  const sets = [...new Set(reaching.flatMap((grant) => grant.operations ?? []))];
  const [first] = reaching;
  const names = reaching.map((grant) => grant.access.name);
  const opened = sets.length === 0 ? 'no operation' : `only the operation sets ${list(sets, 'and')}`;
  return {
    step: 'access',
    ok: false,
    text: `${first?.access.kind ?? 'APIAccess'} ${list(names, 'and')} grants ${opened}, which ${sets.length === 0 ? 'leaves out' : 'do not contain'} ${operation}`,
    ...(first === undefined ? {} : { object: first.access }),
    fix: `add a set that contains ${operation} to spec.operationFilter.include of ${first?.access.kind ?? 'APIAccess'} ${list(names, 'or')}`,
    who: REMEDY_OWNER.editor,
  };
}

function granted(grant: Grant, identity: Identity): Reason {
  const { groups, operations } = grant;
  const by = namesApplication(grant, identity)
    ? `application "${identity.application?.id}"`
    : groups === 'any'
      ? 'every signed-in user'
      : list(
          groups.filter((group) => identity.groups.includes(group)),
          'and',
        );
  const filter = operations === null ? '' : `, operation sets ${list(operations, 'and')}`;
  return {
    step: 'access',
    ok: true,
    text: `${nameObject(grant.access)} grants it to ${by}${filter}`,
    object: grant.access,
  };
}

function limitStep(limit: Matched['decision']['limit']): Reason {
  if (limit === null) return { step: 'limit', ok: true, text: 'no limit applies' };
  const whom = limit.groups === 'any' ? 'every signed-in user' : `groups ${list(limit.groups, 'and')}`;
  const text = `${nameLimit(limit)} (${limit.strategy}), set by ${nameObject(limit.source)} for ${whom}`;
  const step = { step: 'limit', text, object: limit.source } as const;
  if (limit.limit > 0) return { ...step, ok: true };
  return {
    ...step,
    ok: false,
    fix: `raise spec.limit of ${nameObject(limit.source)}`,
    who: REMEDY_OWNER.editor,
  };
}

function groupsOf({ groups }: Identity): string {
  return groups.length === 0 ? 'no group' : list([...groups].toSorted(), 'and');
}
