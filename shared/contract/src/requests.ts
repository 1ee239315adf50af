/** Requests that gateways served: asked of the gateways when someone looks, kept nowhere else. Bodies and queries never leave them. */
import { z } from 'zod';
import { dictionary } from './dictionary.ts';
import type { FieldType, FieldValue } from './filter/filter.ts';
import { sentTimestamp, workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';

export const RESPONSE_SOURCES = ['upstream', 'cache', 'portal', 'gateway'] as const;

/** One request as its gateway describes it. Paths come without queries, addresses masked, credentials redacted. */
export const requestRecord = z.object({
  /** The request's id, which the caller got in `X-Request-Id`. */
  id: z.string().max(128),
  /** W3C trace id, lower-case hex; null where none was kept. */
  traceId: z.string().max(32).nullable(),
  /** When the request's head arrived. */
  time: sentTimestamp,
  /** `NAMESPACE/NAME` of the API; null for other routes. */
  api: z.string().nullable(),
  version: z.string().nullable(),
  /** Method and path template of the API's OpenAPI document: `GET /flights/{id}`; null where it lists none. */
  operation: z.string().nullable(),
  method: z.string().max(64),
  scheme: z.enum(['http', 'https']),
  host: z.string().max(255),
  path: z.string().max(2048),
  /** 499 when the caller left before it had a response. */
  status: z.number().int(),
  source: z.enum(RESPONSE_SOURCES),
  /** Why the gateway answered instead of the upstream: `unauthenticated`, `rate-limited`, `upstream-timeout`. */
  reason: z.string().max(64).nullable(),
  durationMs: z.number(),
  /** What the upstream took of it; null when none was asked. */
  upstreamMs: z.number().nullable(),
  authMs: z.number(),
  bytesIn: z.number(),
  bytesOut: z.number(),
  /** Id and e-mail address of the caller; null for anonymous and refused callers. */
  user: z.string().max(512).nullable(),
  email: z.string().max(512).nullable(),
  groups: z.array(z.string().max(512)).max(100),
  application: z.string().max(512).nullable(),
  /** Id of the API key. */
  key: z.string().max(128).nullable(),
  /** Masked: IPv4 to 24 bits, IPv6 to 48. */
  client: z.string().max(64),
  /** `NAMESPACE/NAME` of the Service. */
  service: z.string().max(512).nullable(),
  /** Origin of the endpoint that was asked last. */
  upstream: z.string().max(512).nullable(),
  attempts: z.number().int(),
  protocol: z.string().max(16),
  tls: z.string().max(16).nullable(),
});
export type RequestRecord = z.infer<typeof requestRecord>;

interface RequestField {
  readonly type: FieldType;
  value(record: RequestRecord): FieldValue;
}

/** What requests can be filtered and sorted by, at the gateways. */
export const REQUEST_FIELDS = dictionary<RequestField>({
  time: { type: 'time', value: ({ time }) => time },
  id: { type: 'text', value: ({ id }) => id },
  traceId: { type: 'text', value: ({ traceId }) => traceId },
  api: { type: 'text', value: ({ api }) => bothNames(api) },
  version: { type: 'text', value: ({ version }) => bothNames(version) },
  operation: { type: 'text', value: ({ operation }) => operation },
  method: { type: 'text', value: ({ method }) => method },
  host: { type: 'text', value: ({ host }) => host },
  path: { type: 'text', value: ({ path }) => path },
  status: { type: 'number', value: ({ status }) => status },
  source: { type: 'text', value: ({ source }) => source },
  reason: { type: 'text', value: ({ reason }) => reason },
  duration: { type: 'duration', value: ({ durationMs }) => durationMs },
  upstreamTime: { type: 'duration', value: ({ upstreamMs }) => upstreamMs },
  user: { type: 'text', value: ({ user, email }) => [user, email].filter((text) => text !== null) },
  group: { type: 'text', value: ({ groups }) => groups },
  application: { type: 'text', value: ({ application }) => application },
  key: { type: 'text', value: ({ key }) => key },
  client: { type: 'text', value: ({ client }) => client },
  service: { type: 'text', value: ({ service }) => bothNames(service) },
  upstream: { type: 'text', value: ({ upstream }) => upstream },
});

/** `air/flights` goes by `flights` too. */
function bothNames(text: string | null): readonly string[] {
  if (text === null) return [];
  return [text, text.slice(text.indexOf('/') + 1)];
}

/** A request with the cluster and the gateway that served it. */
export const servedRequest = requestRecord.extend({
  clusterId: z.string(),
  cluster: z.string(),
  gateway: z.string(),
});
export type ServedRequest = z.infer<typeof servedRequest>;

/** Whether gateways of a cluster took part, and why not. */
export const gatewayPart = z.object({
  cluster: z.string(),
  /** Null while no gateway of the cluster has replied. */
  gateway: z.string().nullable(),
  state: z.enum(['waiting', 'taking-part', 'silent']),
});
export type GatewayPart = z.infer<typeof gatewayPart>;

const filter = z
  .string()
  .max(2000)
  .optional()
  .describe('Filter grammar of lists without regular expressions: `api=flights status>=500 duration>500ms`');
const cluster = z.string().max(64).optional().describe('Id or name of one cluster; all of them without it');

/** Longest time that one tail may go on. */
export const TAIL_MS_MAX = 10 * 60_000;
/** Lines a second that one gateway sends to one viewer; more are counted. */
export const TAIL_LINES_PER_SECOND = 200;

export const tailMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('request'), request: servedRequest }),
  /** Sent at the start and whenever it changes. */
  z.object({ type: z.literal('gateways'), gateways: z.array(gatewayPart) }),
  /** Requests that matched and are not shown, since the last such message. */
  z.object({ type: z.literal('dropped'), count: z.number().int() }),
  /** Sent when nothing else was for 5 s. */
  z.object({ type: z.literal('idle') }),
  z.object({ type: z.literal('end'), reason: z.string() }),
]);
export type TailMessage = z.infer<typeof tailMessage>;

export const tailRequests = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/requests/tail',
  permission: 'logs.read',
  summary:
    'Follow requests as gateways serve them, as `TailMessage`s in newline-delimited JSON, for up to 10 minutes',
  tag: 'Requests',
  params: workspaceParams,
  query: z.object({
    filter,
    cluster,
    sample: z.coerce.number().int().min(1).max(1_000_000).default(1).describe('Show one of so many'),
  }),
  stream: 'application/x-ndjson',
  status: 200,
});

export const requestQuery = z.object({
  filter,
  sort: z.string().max(64).default('-time'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type RequestQuery = z.output<typeof requestQuery>;

export const listRequests = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/requests',
  permission: 'logs.read',
  summary:
    'Requests that gateways keep in memory: the last ones, and of 24 hours the slowest and the first failing ones of each operation and minute',
  tag: 'Requests',
  params: workspaceParams,
  query: requestQuery.extend({ cluster }),
  response: z.object({
    items: z.array(servedRequest),
    /** Of all gateways that replied; more than `items` where the limit was reached. */
    matched: z.number().int(),
    total: z.number().int(),
    gateways: z.array(gatewayPart),
  }),
  status: 200,
});

/** Returns a comparison by a field of requests, `-` before it for descending. An unknown field leaves the order as it is. */
export function compareRecords(sort: string): (a: RequestRecord, b: RequestRecord) => number {
  const sign = sort.startsWith('-') ? -1 : 1;
  const field = REQUEST_FIELDS[sort.replace(/^-/, '')];
  if (field === undefined) return () => 0;
  return (a, b) => sign * compareValues(field.value(a), field.value(b));
}

function compareValues(a: FieldValue, b: FieldValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  // What has no value comes first.
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : Number(left > right);
}
