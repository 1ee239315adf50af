import { explainRequest, type Explanation } from '@portolan/contract/explain';
import { decide } from '@portolan/resources/decide/decide';
import type { ApiAuth } from '@portolan/resources/model/authentication';
import type { Limit, Model } from '@portolan/resources/model/model';
import type { RequestFacts } from '@portolan/resources/model/request';
import type { z } from 'zod';
import type { Transaction } from '../db/database.ts';
import { findClusterOfHost } from '../domains/store.ts';
import { mount } from '../http/mount.ts';
import type { CreateCapability } from '../platform.ts';
import { getCluster, resolveCluster } from '../clusters/service.ts';
import { shownApiAuthOf } from '../workspaces/settings/api-auth-store.ts';
import { findDocument } from '../resources/openapi/store.ts';
import { findCaller } from './caller.ts';

type Question = z.output<(typeof explainRequest)['body']>;

/** Explains access decisions with the decision engine of the gateways and the current users and keys. */
export const why: CreateCapability = () => ({
  routes(api) {
    const { compiledClusters } = api;
    mount(api, explainRequest, async ({ workspace, body }, { tx, unchanged }) => {
      // A query with a body: sent by POST, but changes nothing.
      unchanged();
      const cluster = await clusterFor(tx, workspace.id, body);
      const { router } = await compiledClusters.of(tx, cluster.id);
      const facts = requestFacts(body);
      const guard = router.match(facts)?.guard;
      const auth = guard?.kind === 'api' ? guard.api.auth : undefined;
      const caller = await findCaller(tx, workspace.id, body, {
        auth: auth ?? ((await shownApiAuthOf(tx, cluster.id)) as ApiAuth),
        applications: applicationsOf(router.model),
      });
      const { identity, problem } = caller;
      const { api, version } = decide(router, facts, identity);
      const documents = new Map(
        await Promise.all(
          [api, version].map(
            async (ref) => [ref?.key, ref && (await findDocument(tx, cluster.id, ref.key))] as const,
          ),
        ),
      );
      const decision = decide(router, facts, identity, {
        explain: true,
        documentOf: (key) => documents.get(key)?.document ?? null,
      });
      const { terms, ...shown } = decision;
      return {
        ...shown,
        plan: terms,
        cluster: cluster.name,
        limit: decision.limit && limitView(decision.limit),
        target: [...decision.target],
        reasons: decision.reasons.map((reason) =>
          decision.status === 401 && !reason.ok && problem !== null ? problem : reason,
        ),
        notes: [
          ...caller.notes,
          ...(cluster.state === 'disconnected'
            ? ['The cluster is disconnected: this is based on its last report.']
            : []),
        ],
      };
    });
  },
});

/** Returns the ids of all applications that some access names. */
function applicationsOf({ routes }: Model): ReadonlySet<string> {
  return new Set(
    routes.flatMap(({ guard }) =>
      guard.kind === 'api' ? guard.api.grants.flatMap(({ applications }) => applications ?? []) : [],
    ),
  );
}

/** Returns the given cluster, else the cluster of the URL's host, else the only one. @throws AppError `not-found`. */
async function clusterFor(tx: Transaction, workspace: string, { cluster, url }: Question) {
  if (cluster !== undefined) return getCluster(tx, workspace, cluster);
  const clusterId = await findClusterOfHost(tx, workspace, new URL(url).hostname.toLowerCase());
  const id = clusterId ?? (await resolveCluster(tx, workspace, undefined)).id;
  return getCluster(tx, workspace, id);
}

function requestFacts({ method, url, headers }: Question): RequestFacts {
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

function limitView({ source, limit, periodMs }: Limit): Explanation['limit'] {
  return { source, limit, periodMs };
}
