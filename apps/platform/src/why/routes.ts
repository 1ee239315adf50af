import { bisectRequest } from '@portolan/contract/bisect';
import { explainRequest, type Explanation } from '@portolan/contract/explain';
import { decide } from '@portolan/resources/decide/decide';
import type { Limit } from '@portolan/resources/model/model';
import { mount } from '../http/mount.ts';
import type { CreateCapability } from '../platform.ts';
import { findDocument } from '../resources/openapi/store.ts';
import { bisect } from './bisect.ts';
import { callerOf, clusterFor, requestFacts } from './question.ts';

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
      const caller = await callerOf(tx, router, {
        workspace: workspace.id,
        cluster: cluster.id,
        question: body,
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
    mount(api, bisectRequest, async ({ workspace, body }, { tx, unchanged }) => {
      // A query with a body: sent by POST, but changes nothing.
      unchanged();
      return bisect(tx, {
        workspace: workspace.id,
        cluster: await clusterFor(tx, workspace.id, body),
        question: body,
      });
    });
  },
});

function limitView({ source, limit, periodMs }: Limit): Explanation['limit'] {
  return { source, limit, periodMs };
}
