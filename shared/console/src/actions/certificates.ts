import { retryCertificate, type Certificate } from '@portolan/contract/certificates';
import { z } from 'zod';
import { certificates } from '../kinds/certificates.ts';
import { defineAction, stepsFor } from './action.ts';

export const certificateRetry = defineAction({
  id: 'certificates.retry',
  title: 'Check certificates now',
  button: 'Check now',
  done: 'checked',
  details:
    'Does now what a certificate waits for: tries an order again, or asks the authority whether to renew. Failed attempts count against the limits of the authority.',
  permission: 'resources.write',
  danger: 0,
  kind: certificates,
  takes: 'some',
  keys: ['f'],
  inputs: z.object({}),
  plan: ({ client, workspace }, rows) => ({
    steps: stepsFor(
      rows,
      ({ host }: Certificate) => host,
      async ({ host }) => {
        const params = { workspace, certificate: host };
        const checked = await client.call(retryCertificate, { params });
        return { object: checked, note: 'The result is shown within seconds.' };
      },
    ),
  }),
});
