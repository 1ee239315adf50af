import {
  annotationOf,
  approvalOf,
  REQUESTED_BY_ANNOTATION,
  type Approval,
} from '@portolan/resources/compile/hub/v3/approval';
import { z } from 'zod';
import type { Tone } from '../tone.ts';
import { toned } from './block.ts';
import { apisOf, apisSpec, named, operationsOf, selected, selector } from './named-apis.ts';
import { objectKind, type ObjectKindRow } from './object-kind.ts';
import type { HeldObject } from './objects.ts';

const spec = apisSpec.extend({
  applications: z.array(z.looseObject({ appId: z.string() })).nullish(),
  managedApplications: z.array(named).nullish(),
  managedApplicationSelector: selector.nullish(),
  apiPlan: named.nullish(),
  claims: z.string().nullish(),
  weight: z.number().nullish(),
});

/** Applications that may call APIs, on the terms of a plan. */
export interface SubscriptionRow extends ObjectKindRow {
  readonly applications: readonly string[];
  readonly apis: readonly string[];
  readonly operations: string;
  readonly plan: string | null;
  readonly weight: number;
  readonly claims: string | null;
  readonly approval: Approval;
  /** E-mail address of the user who asked for it in a portal. */
  readonly requestedBy: string | null;
}

const TONES: Readonly<Record<Approval, Tone>> = { approved: 'ok', pending: 'warn', rejected: 'bad' };

/** Who may call what in generation v3, and how much. */
export const subscriptions = objectKind<SubscriptionRow>({
  name: 'subscriptions',
  singular: 'subscription',
  title: 'Subscriptions',
  aliases: ['subscription', 'managedsubscriptions'],
  empty:
    'No subscriptions yet: in a cluster of generation v3 a ManagedSubscription lets applications call APIs.',
  kinds: ['ManagedSubscription'],
  columns: [
    {
      id: 'approval',
      title: 'APPROVAL',
      type: 'text',
      value: (row) => row.approval,
      tone: (row) => TONES[row.approval],
    },
    {
      id: 'applications',
      title: 'APPLICATIONS',
      type: 'text',
      value: (row) => row.applications,
      tone: (row) => (row.applications.length === 0 ? 'warn' : 'plain'),
      min: 10,
      max: 30,
    },
    { id: 'apis', title: 'APIS', type: 'text', value: (row) => row.apis, min: 8, max: 36 },
    { id: 'plan', title: 'PLAN', type: 'text', value: (row) => row.plan, max: 20 },
    {
      id: 'requestedBy',
      drop: 4,
      title: 'REQUESTED BY',
      type: 'text',
      value: (row) => row.requestedBy,
      max: 30,
    },
    { id: 'weight', drop: 5, title: 'WEIGHT', type: 'number', value: (row) => row.weight, right: true },
  ],
  rowsOf: (held) => held.map(rowOf),
  about: (row) => [
    ['Approval', toned(TONES[row.approval], row.approval)],
    ['Requested by', row.requestedBy ?? '–'],
    ['Applications', row.applications.join(', ') || toned('warn', 'none')],
    ['APIs', row.apis.join(', ') || toned('warn', 'none')],
    ['Operations', row.operations],
    ['Plan', row.plan ?? '–'],
    ['Weight', String(row.weight)],
    ['Claims', row.claims ?? 'any'],
  ],
});

function rowOf({ resource, object }: HeldObject): SubscriptionRow {
  const held = spec.safeParse(object['spec']).data ?? {};
  return {
    ...resource,
    object,
    applications: [
      ...(held.managedApplications ?? []).map(({ name }) => name),
      ...(held.applications ?? []).map(({ appId }) => appId),
      ...selected('applications', held.managedApplicationSelector),
    ],
    apis: apisOf(held),
    operations: operationsOf(held),
    plan: held.apiPlan?.name ?? null,
    weight: held.weight ?? 0,
    claims: held.claims || null,
    approval: approvalOf(object),
    requestedBy: annotationOf(object, REQUESTED_BY_ANNOTATION),
  };
}
