import { z } from 'zod';
import { listQuery, page, timestamp, workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';

/** Metadata that Portolan reads of every Kubernetes object; other fields are kept. */
export const objectMetadata = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

/** A Kubernetes object of any kind; `@portolan/resources` validates the kinds it knows. */
export const kubernetesObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: objectMetadata,
});

/** Who may change an object: the platform's own, a file, or a GitOps tool. Only the first is writable here. */
export const objectOwner = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('platform') }),
  z.object({ kind: z.literal('file'), file: z.string(), line: z.number().int() }),
  z.object({ kind: z.literal('gitops'), tool: z.string(), application: z.string() }),
  z.object({ kind: z.literal('cluster') }),
]);
export type ObjectOwner = z.infer<typeof objectOwner>;

export const resource = z.object({
  /** `objectKey` of the object. */
  key: z.string(),
  clusterId: z.string(),
  cluster: z.string(),
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().nullable(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  owner: objectOwner,
  state: z.enum(['synced', 'pending', 'refused']),
  /** Public URLs it is served under, if any. */
  urls: z.array(z.string()),
  /** Of the report that brought it, or of the change that made it. */
  revision: z.number().int(),
  updatedAt: timestamp,
});
export type Resource = z.infer<typeof resource>;
export const resourceDetail = resource.extend({
  /** As it is in its cluster; while it is pending, as it is wanted there. */
  object: kubernetesObject,
  /** Revision of the workspace when this was read: sent back as `revision` with an edit or a deletion, it refuses to overwrite what others changed since. */
  seenRevision: z.number().int(),
});

export const problem = z.object({
  id: z.string(),
  clusterId: z.string(),
  cluster: z.string(),
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  file: z.string().nullable(),
  line: z.number().int().nullable(),
  kind: z.string().nullable(),
  namespace: z.string().nullable(),
  name: z.string().nullable(),
  field: z.string().nullable(),
  message: z.string(),
  fix: z.string().nullable(),
  since: timestamp,
});
export type ProblemView = z.infer<typeof problem>;

const tag = 'Resources';
const key = z.string().max(600).describe('Key of the object, e.g. `API.hub.traefik.io/default/flights`');
const withCluster = z.object({
  cluster: z
    .string()
    .optional()
    .describe('Id or name of the cluster; optional while the workspace has only one'),
});

/** Labels that objects must carry; at least one requirement. */
export const labelSelector = z
  .object({
    matchLabels: z.record(z.string(), z.string()).optional(),
    matchExpressions: z
      .array(
        z.object({
          key: z.string(),
          operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
          values: z.array(z.string()).optional(),
        }),
      )
      .optional(),
  })
  .refine(
    ({ matchLabels = {}, matchExpressions = [] }) =>
      Object.keys(matchLabels).length + matchExpressions.length > 0,
    'needs at least one label, or everything would be selected',
  );
/** A set of objects as one change of a cluster. */
export const changeRequest = withCluster.extend({
  objects: z.array(kubernetesObject).min(1).max(1000),
  prune: labelSelector
    .optional()
    .describe('Also delete the platform’s objects with these labels that are not in the set'),
});
/** What an editor has seen: a change of the same objects since then is not overwritten. */
const seenRevision = z.coerce
  .number()
  .int()
  .min(0)
  .optional()
  .describe(
    'Revision of the plan, or `seenRevision` of the object; refused when one of the objects was changed since',
  );

export const listResources = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/resources',
  permission: 'resources.read',
  summary: 'List resources of every kind (filter `kind:API`)',
  tag,
  params: workspaceParams,
  query: listQuery,
  response: page(resource),
  status: 200,
});
export const getResource = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/resource',
  permission: 'resources.read',
  summary: 'Get one resource with its whole object',
  tag,
  params: workspaceParams,
  query: withCluster.extend({ key }),
  response: resourceDetail,
  status: 200,
});
export const applyResources = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/resources',
  permission: 'resources.write',
  summary: 'Apply objects as one change-set',
  tag,
  params: workspaceParams,
  body: changeRequest.extend({ dryRun: z.boolean().default(false), revision: seenRevision }),
  response: z.object({
    revision: z.number().int(),
    changes: z.array(
      z.object({
        key: z.string(),
        change: z.enum(['create', 'update', 'unchanged']),
        before: kubernetesObject.nullable(),
        after: kubernetesObject,
      }),
    ),
    /** What `prune` removed. */
    deleted: z.array(z.object({ key: z.string(), before: kubernetesObject })),
  }),
  status: 200,
  errors: ['invalid-object', 'owned-elsewhere', 'revision-mismatch'],
});
export const deleteResource = defineRoute({
  method: 'DELETE',
  path: '/api/v1/workspaces/{workspace}/resource',
  permission: 'resources.write',
  summary: 'Delete a resource the platform owns',
  tag,
  params: workspaceParams,
  query: withCluster.extend({ key, revision: seenRevision }),
  response: z.object({ revision: z.number().int().describe('Revision of the change set') }),
  status: 200,
  errors: ['owned-elsewhere', 'revision-mismatch'],
});
export const listProblems = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/problems',
  permission: 'resources.read',
  summary: 'List what is wrong: quarantined objects and warnings',
  tag,
  params: workspaceParams,
  query: listQuery,
  response: page(problem),
  status: 200,
});

export const getOpenApi = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/openapi',
  permission: 'resources.read',
  summary: 'Get the OpenAPI document of an API or APIVersion',
  tag: 'APIs',
  params: workspaceParams,
  query: withCluster.extend({ key }),
  response: z.object({
    key: z.string(),
    sha256: z.string(),
    fetchedAt: timestamp,
    document: z.looseObject({}).describe('The document as the agent fetched it, in JSON'),
  }),
  status: 200,
});

/** An API as an administrator sees it: compiled from resources, with live figures. */
export const apiView = z.object({
  key: z.string(),
  clusterId: z.string(),
  cluster: z.string(),
  namespace: z.string(),
  name: z.string(),
  pathPrefix: z.string(),
  currentVersion: z.string().nullable(),
  versions: z.array(
    z.object({ name: z.string(), release: z.string().nullable(), title: z.string().nullable() }),
  ),
  collections: z.array(z.string()),
  gateways: z.array(z.string()),
  urls: z.array(z.string()),
  /** Routes that lead to it in generation v3, such as `IngressRoute stops`. */
  routes: z.array(z.string()).optional(),
  access: z.array(
    z.object({
      name: z.string(),
      groups: z.array(z.string()),
      any: z.boolean(),
      /** Ids of the applications of a subscription. */
      applications: z.array(z.string()).optional(),
    }),
  ),
  state: z.enum(['synced', 'pending', 'refused']),
  owner: objectOwner,
  /** Of the last complete minute. */
  rate: z.object({
    requestsPerSecond: z.number(),
    errorsPerSecond: z.number(),
    clientErrorsPerSecond: z.number(),
    averageResponseMs: z.number().nullable(),
    errorRatio: z.number().default(0).describe('5xx, 0–1'),
    clientErrorRatio: z.number().default(0).describe('4xx, 0–1'),
    p50Ms: z.number().nullable().default(null),
    p95Ms: z.number().nullable().default(null),
    p99Ms: z.number().nullable().default(null),
    requests: z.number().default(0),
    errors: z.number().default(0),
    clientErrors: z.number().default(0),
    bytesInPerSecond: z.number().default(0),
    bytesOutPerSecond: z.number().default(0),
  }),
  updatedAt: timestamp,
});
export type ApiView = z.infer<typeof apiView>;

export const listApis = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/apis',
  permission: 'resources.read',
  summary: 'List APIs with their versions, access and live figures',
  tag: 'APIs',
  params: workspaceParams,
  query: listQuery,
  response: page(apiView),
  status: 200,
});
