import { previewPortal } from '@portolan/contract/portals';
import { z } from 'zod';
import { portals } from '../kinds/portals.ts';
import { defineAction, stepsFor } from './action.ts';
import { text } from './input.ts';

export const portalPreview = defineAction({
  id: 'portals.preview',
  title: 'See the portal as a user',
  button: 'Create link',
  done: 'created',
  details:
    'Opens the portal in a browser as the user sees it. Nothing can be changed or sent there, and the audit names who looked.',
  permission: 'users.write',
  danger: 0,
  kind: portals,
  noun: 'preview',
  takes: 'one',
  keys: ['v'],
  inputs: z.object({
    as: text({ label: 'As', value: 'USER', of: 'users', help: 'e-mail address or id of the user' }),
  }),
  plan: ({ client, workspace }, rows, { as: user }) => ({
    lines: [`The link works for one minute and shows what ${user} sees.`],
    steps: stepsFor(rows, portals.label, async ({ name, namespace, cluster }) => {
      const portal = namespace === '' ? name : `${namespace}/${name}`;
      const made = await client.call(previewPortal, {
        params: { workspace, portal },
        body: { user, cluster },
      });
      return {
        object: made,
        secret: {
          title: `Portal ${name} as ${user}`,
          note: 'Open this link within a minute. The preview ends when you sign out of it.',
          value: made.url,
        },
      };
    }),
  }),
});
