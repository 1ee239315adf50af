import { annotationOf, REQUESTED_BY_ANNOTATION } from '@portolan/resources/compile/hub/v3/approval';
import { z } from 'zod';
import { toned, type Block } from './block.ts';
import { objectKind, type ObjectKindRow } from './object-kind.ts';
import type { HeldObject } from './objects.ts';

const apiKey = z.looseObject({
  title: z.string().nullish(),
  secretName: z.string().nullish(),
  suspended: z.boolean().nullish(),
});
const spec = z.looseObject({
  appId: z.string().nullish(),
  owner: z.string().nullish(),
  notes: z.string().nullish(),
  apiKeys: z.array(apiKey).nullish(),
});
const subscription = z.looseObject({
  managedApplications: z.array(z.looseObject({ name: z.string() })).nullish(),
  apiPlan: z.looseObject({ name: z.string() }).nullish(),
});

/** A program that calls APIs, with its keys and subscriptions. */
export interface ApplicationRow extends ObjectKindRow {
  readonly appId: string;
  readonly belongsTo: string;
  readonly notes: string | null;
  readonly keys: readonly { readonly title: string; readonly from: string; readonly isSuspended: boolean }[];
  /** Those that name it; which ones select it by label is for the gateway to say. */
  readonly subscriptions: readonly { readonly name: string; readonly plan: string }[];
}

/** Programs that call APIs in generation v3. */
export const applications = objectKind<ApplicationRow>({
  name: 'applications',
  singular: 'application',
  title: 'Applications',
  aliases: ['application', 'apps', 'managedapplications'],
  empty:
    'No applications yet: in a cluster of generation v3 a ManagedApplication has keys and subscribes to APIs.',
  kinds: ['ManagedApplication'],
  readsToo: ['ManagedSubscription'],
  columns: [
    { id: 'appId', title: 'ID', type: 'text', value: (row) => row.appId, max: 30 },
    { id: 'belongsTo', drop: 5, title: 'FOR', type: 'text', value: (row) => row.belongsTo, max: 30 },
    { id: 'keys', title: 'KEYS', type: 'number', value: (row) => row.keys.length, right: true },
    {
      id: 'subscriptions',
      title: 'SUBSCRIPTIONS',
      type: 'text',
      value: (row) => row.subscriptions.map(({ name }) => name),
      max: 36,
    },
  ],
  rowsOf: (held, others) => held.map((application) => rowOf(application, others)),
  about: (row) => [
    ['ID', row.appId],
    ['For', row.belongsTo],
    ['Notes', row.notes ?? '–'],
  ],
  tabs: (row) => [
    { id: 'keys', title: `Keys ${row.keys.length}`, blocks: [keyTable(row)] },
    {
      id: 'subscriptions',
      title: `Subscriptions ${row.subscriptions.length}`,
      blocks: [
        {
          type: 'table',
          title: 'Subscriptions that name it',
          head: ['SUBSCRIPTION', 'PLAN'],
          rows: row.subscriptions.map(({ name, plan }) => [name, plan]),
          empty: 'none by name; selectors are evaluated at the gateway',
        },
      ],
    },
  ],
});

function keyTable({ keys }: ApplicationRow): Block {
  return {
    type: 'table',
    title: 'API keys',
    head: ['TITLE', 'FROM', 'STATE'],
    rows: keys.map(({ title, from, isSuspended }) => [
      title,
      from,
      isSuspended ? toned('warn', 'suspended') : toned('ok', 'active'),
    ]),
    empty: 'none: it calls with tokens, or not at all',
  };
}

function rowOf({ resource, object }: HeldObject, others: readonly HeldObject[]): ApplicationRow {
  const held = spec.safeParse(object['spec']).data ?? {};
  return {
    ...resource,
    object,
    appId: held.appId ?? resource.name,
    belongsTo: annotationOf(object, REQUESTED_BY_ANNOTATION) ?? held.owner ?? '',
    notes: held.notes ?? null,
    keys: (held.apiKeys ?? []).map(({ title, secretName, suspended }, index) => ({
      title: title ?? `key ${index + 1}`,
      from: secretName ? `Secret ${secretName}` : 'its hash',
      isSuspended: suspended ?? false,
    })),
    subscriptions: others.flatMap((other) => {
      const { managedApplications, apiPlan } = subscription.safeParse(other.object['spec']).data ?? {};
      const isHere =
        other.resource.clusterId === resource.clusterId && other.resource.namespace === resource.namespace;
      const isNamed = managedApplications?.some(({ name }) => name === resource.name) === true;
      return isHere && isNamed ? [{ name: other.resource.name, plan: apiPlan?.name ?? '–' }] : [];
    }),
  };
}
