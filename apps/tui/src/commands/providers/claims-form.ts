import { previewClaims, type ProviderSettings } from '@portolan/contract/providers';
import type { RouteOutput } from '@portolan/contract/route';
import { toned, type Block } from '@portolan/console/kinds/block';
import { Form } from '../../overlays/form.ts';
import type { App } from '../../state/app.ts';

/** Takes a token and shows which user it identifies; the token goes to the platform and is not stored. */
export function claimsForm(app: App, settings: ProviderSettings): Form {
  return new Form({
    title: 'Which user does a token identify?',
    action: 'verify it and show its claims; it is not stored',
    fields: [
      {
        name: 'token',
        label: 'Token',
        isSecret: true,
        hint: 'paste an access or id token of the provider',
        isNeeded: true,
      },
    ],
    async submit({ token = '' }) {
      const { client, workspace } = app.session;
      const found = await client.call(previewClaims, { params: { workspace }, body: { settings, token } });
      app.closeOverlay();
      app.navigation.open({
        type: 'page',
        name: 'text',
        title: 'Claims of a token',
        scroll: 0,
        blocks: blocksOf(found),
      });
    },
  });
}

function blocksOf(found: RouteOutput<typeof previewClaims>): readonly Block[] {
  const { user, claims, missing } = found;
  const field = (label: string, value: string | null) =>
    [label, value ?? toned('warn', 'not in the token')] as const;
  return [
    {
      type: 'note',
      tone: missing.length === 0 ? 'ok' : 'warn',
      text:
        missing.length === 0
          ? 'The token is valid and has all mapped claims.'
          : `The token is valid, but does not have these claims: ${missing.join(', ')}.`,
    },
    {
      type: 'fields',
      title: 'User',
      rows: [
        field('User id', user.userId),
        field('E-mail', user.email),
        field('First name', user.firstName),
        field('Last name', user.lastName),
        field('Company', user.company),
        ['Groups', user.groups.join(', ') || toned('warn', 'none: no API is granted')],
      ],
    },
    {
      type: 'fields',
      title: 'All claims',
      rows: Object.entries(claims).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    },
  ];
}
