import { kubernetesObject } from '@portolan/contract/resources';
import { APPROVAL_ANNOTATION, type Approval } from '@portolan/resources/compile/hub/v3/approval';
import { z } from 'zod';
import { withoutNoise } from '../kinds/manifest-noise.ts';
import { subscriptions, type SubscriptionRow } from '../kinds/subscriptions.ts';
import { defineAction, type Action } from './action.ts';
import { planObjects } from './object-sets.ts';
import { seeObject, whyOwned } from './objects.ts';

/** Decides on subscriptions that someone asked for: the decision is an annotation of the object. */
function decision(
  id: string,
  approval: Exclude<Approval, 'pending'>,
  words: { readonly title: string; readonly button: string; readonly details: string; readonly key: string },
): Action {
  return defineAction({
    id,
    title: words.title,
    button: words.button,
    done: approval,
    details: words.details,
    permission: 'resources.write',
    danger: 1,
    kind: subscriptions,
    takes: 'some',
    keys: [words.key],
    inputs: z.object({}),
    whyNot: (row: SubscriptionRow) => (row.approval === approval ? `it is ${approval}` : whyOwned(row)),
    async plan(session, rows: readonly SubscriptionRow[]) {
      const sets = await Promise.all(
        rows.map(async (row) => {
          const { object, revision } = await seeObject(session, row);
          const held = kubernetesObject.parse(withoutNoise(object));
          const annotations = { ...held.metadata.annotations, [APPROVAL_ANNOTATION]: approval };
          return {
            name: row.name,
            cluster: row.clusterId,
            seenRevision: revision,
            objects: [{ ...held, metadata: { ...held.metadata, annotations } }],
          };
        }),
      );
      return planObjects(session, sets, {
        title: `${words.button} ${rows.map(({ name }) => name).join(', ')}`,
        lines: rows.map(
          (row) => `${row.applications.join(', ')}: ${row.apis.join(', ')}, plan ${row.plan ?? 'none'}`,
        ),
      });
    },
  });
}

export const subscriptionApprove = decision('subscriptions.approve', 'approved', {
  title: 'Approve subscriptions',
  button: 'Approve',
  details: 'Lets the applications of a subscription call its APIs, on the terms of its plan.',
  key: 'y',
});

export const subscriptionReject = decision('subscriptions.reject', 'rejected', {
  title: 'Reject subscriptions',
  button: 'Reject',
  details: 'Ends the access of a subscription, or refuses it; the object stays and can be approved later.',
  key: 'N',
});
