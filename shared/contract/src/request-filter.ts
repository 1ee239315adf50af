import type { FieldType, Filter, Term } from './filter/filter.ts';
import { compileFilter } from './filter/compile-filter.ts';
import { parseFilter } from './filter/parse.ts';
import { REQUEST_FIELDS, type RequestRecord, type ServedRequest } from './requests.ts';

export type RequestTest = (record: RequestRecord) => boolean;

/** Fields that the platform knows and gateways do not. */
const PLATFORM_FIELDS = ['cluster', 'gateway'] as const;

const GATEWAY_TYPES = new Map<string, FieldType>(
  Object.entries(REQUEST_FIELDS).map(([name, { type }]) => [name, type]),
);
const ALL_TYPES = new Map([...GATEWAY_TYPES, ...PLATFORM_FIELDS.map((name) => [name, 'text'] as const)]);

/** Compiles a filter for a gateway. @throws Error for one that cannot be evaluated there. */
export function requestTest(text: string, now: number): RequestTest {
  return compileFilter(
    { terms: parse(text, GATEWAY_TYPES) },
    {
      value: (record, field) => REQUEST_FIELDS[field]?.value(record),
      type: (field) => REQUEST_FIELDS[field]?.type ?? 'text',
      texts: textsOf,
    },
    now,
  );
}

interface SplitFilter {
  /** For the gateways. */
  readonly gateways: string;
  /** What is left to whoever knows the names of clusters; it holds for every request without such terms. */
  readonly isWanted: (request: Pick<ServedRequest, 'cluster' | 'gateway'>) => boolean;
  /** Whether a cluster can have requests that are wanted. */
  readonly isClusterWanted: (name: string) => boolean;
}

/** Splits a filter into what gateways evaluate and what the platform does. @throws Error for one that cannot be evaluated. */
export function splitRequestFilter(text: string): SplitFilter {
  const terms = parse(text, ALL_TYPES);
  const own = terms.filter(isOfPlatform);
  const gateways = terms
    .filter((term) => !isOfPlatform(term))
    .map(({ span }) => text.slice(span.from, span.to))
    .join(' ');
  const compile = (filter: Filter) =>
    compileFilter<Pick<ServedRequest, 'cluster' | 'gateway'>>(
      filter,
      {
        value: (request, field) => (field === 'cluster' ? request.cluster : request.gateway),
        type: () => 'text',
        texts: () => [],
      },
      0,
    );
  const isOfCluster = compile({
    terms: own.filter((term) => term.kind === 'field' && term.field === 'cluster'),
  });
  return {
    gateways,
    isWanted: compile({ terms: own }),
    isClusterWanted: (cluster) => isOfCluster({ cluster, gateway: '' }),
  };
}

function parse(text: string, fields: ReadonlyMap<string, FieldType>): readonly Term[] {
  const parsed = parseFilter(text, fields);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const { terms } = parsed.filter;
  // A regular expression of a stranger, on every request, could stop the gateway.
  if (terms.some((term) => term.kind === 'regex' || (term.kind === 'field' && term.op === '~')))
    throw new Error('regular expressions are not evaluated by gateways');
  return terms;
}

function isOfPlatform(term: Term): boolean {
  return term.kind === 'field' && PLATFORM_FIELDS.some((name) => name === term.field);
}

function textsOf(record: RequestRecord): readonly string[] {
  const { id, traceId, api, operation, path, host, reason, user, email, application, key, service } = record;
  return [id, traceId, api, operation, path, host, reason, user, email, application, key, service].filter(
    (text) => text !== null,
  );
}
