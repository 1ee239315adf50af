import { z } from 'zod';
import { cluster } from './clusters.ts';
import { listQuery, page, timestamp, workspaceParams } from './list.ts';
import { changeRequest, kubernetesObject, objectOwner, problem } from './resources.ts';
import { defineRoute } from './route.ts';

const clusterRef = z.object({ id: z.string(), name: z.string() });

/** One field that differs; absent `before` or `after`: it is not there. Values of secrets are never shown. */
export const fieldChange = z.object({
  path: z.string().describe('Dotted, with indexes: `spec.groups[0]`'),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});

export const plannedChange = z.object({
  key: z.string(),
  change: z.enum(['create', 'update', 'unchanged', 'delete']),
  before: kubernetesObject.nullable(),
  after: kubernetesObject.nullable(),
  fields: z.array(fieldChange),
  /** What its schema refuses, in the validator's words. */
  errors: z.array(z.object({ field: z.string(), message: z.string() })),
  /** Who owns it, when that is not the platform: it cannot be changed here. */
  conflict: z.object({ owner: objectOwner, message: z.string() }).nullable(),
});
export type PlannedChange = z.infer<typeof plannedChange>;

const limitView = z.object({
  source: z.string(),
  groups: z.array(z.string()),
  any: z.boolean(),
  limit: z.number(),
  periodMs: z.number(),
});

/** Stands in planned paths for the random part of a host that is generated when the change is applied. */
export const UNKNOWN_HOST_PART = 'xxxxxxxx';

/** An API that callers would find changed. `*` stands for everyone who is signed in. */
export const affectedApi = z.object({
  key: z.string(),
  namespace: z.string(),
  name: z.string(),
  what: z.array(z.enum(['access', 'paths', 'limits', 'behaviour'])),
  groups: z.object({
    gained: z.array(z.string()),
    lost: z.array(z.string()),
    /** They may call other operations, versions or gateways than before. */
    changed: z.array(z.string()),
  }),
  /** Active users who could not call it at all and then can, or the other way round. */
  users: z.object({ gained: z.number().int(), lost: z.number().int() }),
  paths: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
  limits: z.object({ before: z.array(limitView), after: z.array(limitView) }).nullable(),
});
export type AffectedApi = z.infer<typeof affectedApi>;

export const changePlan = z.object({
  cluster: clusterRef,
  /** Give it to `apply`: what was changed by others since is not overwritten. */
  revision: z.number().int(),
  /** Whether nothing stands against it. */
  applicable: z.boolean(),
  counts: z.object({
    create: z.number().int(),
    update: z.number().int(),
    unchanged: z.number().int(),
    delete: z.number().int(),
  }),
  changes: z.array(plannedChange),
  affected: z.array(affectedApi),
  /** What would look wrong in the cluster that does not now. */
  warnings: z.array(
    problem.pick({
      severity: true,
      kind: true,
      namespace: true,
      name: true,
      field: true,
      message: true,
      fix: true,
    }),
  ),
});
export type ChangePlan = z.infer<typeof changePlan>;

/** What was once changed together. */
export const changeSet = z.object({
  revision: z.number().int(),
  cluster: clusterRef,
  action: z.enum(['apply', 'delete', 'rollback']),
  /** The revision whose state a rollback restored. */
  restored: z.number().int().nullable(),
  actor: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  origin: z.string(),
  at: timestamp,
  counts: changePlan.shape.counts.omit({ unchanged: true }),
});
export type ChangeSet = z.infer<typeof changeSet>;

/** Where a cluster stands with what is wanted of it. */
export const clusterSync = z.object({
  cluster: clusterRef.extend({ state: cluster.shape.state }),
  state: z.enum(['in-sync', 'behind', 'refused', 'never-connected']),
  /** Newest change set of the cluster, numbered as in the history; null if there is none. */
  changeSet: z.number().int().nullable(),
  /** Of the desired state, which also holds keys, domains and tunnels, and has numbers of its own. */
  revision: z.object({ desired: z.number().int(), applied: z.number().int().nullable() }),
  appliedAt: timestamp.nullable(),
  lastReportAt: timestamp.nullable(),
  counts: z.object({ synced: z.number().int(), pending: z.number().int(), refused: z.number().int() }),
  /** Those that are not in force, at most 500. */
  objects: z.array(
    z.object({
      key: z.string(),
      kind: z.string(),
      namespace: z.string().nullable(),
      name: z.string(),
      owner: objectOwner,
      state: z.enum(['pending', 'refused']),
      reasons: z.array(
        z.object({ message: z.string(), field: z.string().nullable(), fix: z.string().nullable() }),
      ),
      since: timestamp,
    }),
  ),
});
export type ClusterSync = z.infer<typeof clusterSync>;

const tag = 'Changes';
const revisionParams = workspaceParams.extend({
  revision: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 53 - 1),
});

export const planChanges = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/plan',
  permission: 'resources.read',
  summary: 'Tell what applying a set of objects would change, and whom; nothing is written',
  tag,
  params: workspaceParams,
  body: changeRequest,
  response: changePlan,
  status: 200,
});
export const listChangeSets = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/changes',
  permission: 'resources.read',
  summary: 'List change-sets, newest first',
  tag,
  params: workspaceParams,
  query: listQuery,
  response: page(changeSet),
  status: 200,
});
export const getChangeSet = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/changes/{revision}',
  permission: 'resources.read',
  summary: 'Get a change-set with the difference it made to each object',
  tag,
  params: revisionParams,
  response: changeSet.extend({
    changes: z.array(plannedChange.omit({ errors: true, conflict: true })),
  }),
  status: 200,
});
export const rollBack = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/changes/{revision}/rollback',
  permission: 'resources.write',
  summary:
    'Roll the platform’s objects of the cluster back to a revision or to before it, or undo one change set; as a change set of its own',
  tag,
  params: revisionParams,
  body: z.object({
    to: z
      .enum(['revision', 'before', 'without'])
      .default('revision')
      .describe(
        '`revision`: as of the revision; `before`: as just before it; `without`: as it is, but without what that change set changed',
      ),
    dryRun: z.boolean().default(false),
    seen: z
      .number()
      .int()
      .min(0)
      .optional()
      .describe('Revision of the dry run; refused when it was changed since'),
  }),
  response: changePlan,
  status: 200,
  errors: ['invalid-object', 'owned-elsewhere', 'revision-mismatch'],
});
export const getClusterSync = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/clusters/{cluster}/sync',
  permission: 'resources.read',
  summary: 'Tell where a cluster stands with what is wanted of it, and why objects are not in force',
  tag,
  params: workspaceParams.extend({ cluster: z.string() }),
  response: clusterSync,
  status: 200,
});
