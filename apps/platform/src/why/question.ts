import type { explainRequest } from '@portolan/contract/explain';
import type { Router } from '@portolan/resources/decide/router';
import type { ApiAuth } from '@portolan/resources/model/authentication';
import type { Model } from '@portolan/resources/model/model';
import type { RequestFacts } from '@portolan/resources/model/request';
import type { z } from 'zod';
import type { Transaction } from '../db/database.ts';
import { findClusterOfHost } from '../domains/store.ts';
import { getCluster, resolveCluster } from '../clusters/service.ts';
import { shownApiAuthOf } from '../workspaces/settings/api-auth-store.ts';
import { findCaller, type Caller } from './caller.ts';

/** A request whose decision is asked for. */
export type Question = z.output<(typeof explainRequest)['body']>;

/** Returns the caller of a request, as the authentication of the route that it matches identifies callers. */
export async function callerOf(
  tx: Transaction,
  router: Router,
  {
    workspace,
    cluster,
    question,
  }: { readonly workspace: string; readonly cluster: string; readonly question: Question },
): Promise<Caller> {
  const guard = router.match(requestFacts(question))?.guard;
  const auth = guard?.kind === 'api' ? guard.api.auth : undefined;
  return findCaller(tx, workspace, question, {
    auth: auth ?? ((await shownApiAuthOf(tx, cluster)) as ApiAuth),
    applications: applicationsOf(router.model),
  });
}

/** Returns the ids of all applications that some access names. */
function applicationsOf({ routes }: Model): ReadonlySet<string> {
  return new Set(
    routes.flatMap(({ guard }) =>
      guard.kind === 'api' ? guard.api.grants.flatMap(({ applications }) => applications ?? []) : [],
    ),
  );
}

/** Returns the given cluster, else the cluster of the URL's host, else the only one. @throws AppError `not-found`. */
export async function clusterFor(tx: Transaction, workspace: string, { cluster, url }: Question) {
  if (cluster !== undefined) return getCluster(tx, workspace, cluster);
  const clusterId = await findClusterOfHost(tx, workspace, new URL(url).hostname.toLowerCase());
  const id = clusterId ?? (await resolveCluster(tx, workspace, undefined)).id;
  return getCluster(tx, workspace, id);
}

/** Returns what a gateway knows of the request. */
export function requestFacts({ method, url, headers }: Question): RequestFacts {
  const { protocol, host, pathname, search } = new URL(url);
  const fields = new Headers(headers);
  return {
    method: method.toUpperCase(),
    scheme: protocol === 'https:' ? 'https' : 'http',
    host,
    path: pathname,
    query: search.slice(1),
    header: (name) => fields.get(name) ?? undefined,
    clientIp: '127.0.0.1',
  };
}
