import { dictionary } from '@portolan/contract/dictionary';
import type { Action } from '@portolan/console/actions/action';
import { allActions } from '@portolan/console/actions/all-actions';
import { ruleCreate, ruleSilence, ruleUnsilence, type ruleValues } from '@portolan/console/actions/alerts';
import { TEMPLATES } from '@portolan/console/actions/templates';
import { resourceCreate } from '@portolan/console/actions/manifests';
import { keyCreate } from '@portolan/console/actions/keys';
import { memberInvite } from '@portolan/console/actions/members';
import { userAddToGroup, userRemoveFromGroup } from '@portolan/console/actions/users';
import { allKinds } from '@portolan/console/kinds/all-kinds';
import { users } from '@portolan/console/kinds/users';
import type { Offer } from './offer.ts';

/** The first of the selected rows; its type follows from the kind the offer is listed for. */
function first(selected: readonly unknown[]): unknown {
  return selected[0];
}

interface Named {
  readonly name: string;
}
interface Watched extends Named {
  readonly namespace: string;
}
type Rule = Parameters<typeof ruleValues>[0];
interface FiredAlert {
  readonly rule: Rule;
  readonly silence: Rule['silence'];
}
interface Person {
  readonly email: string;
}

const ruleOf = (selected: readonly unknown[]) =>
  (selected as readonly FiredAlert[]).map(({ rule, silence }) => ({ ...rule, silence }));
const templateOf = (name: string) => () => ({
  manifests: TEMPLATES.find((template) => template.name === name)?.text ?? '',
});
const groupName = (selected: readonly unknown[]) => ({
  group: (first(selected) as Named | undefined)?.name ?? '',
});

/** Actions that pages of other kinds offer too. */
const ELSEWHERE = dictionary<readonly Offer[]>({
  users: [
    {
      action: keyCreate,
      title: 'New API key for the user',
      keys: ['K'],
      takes: 'one',
      initial: (selected) => ({ user: (first(selected) as Person | undefined)?.email ?? '' }),
    },
  ],
  groups: [
    {
      action: userAddToGroup,
      title: 'Add users to the group',
      keys: ['M'],
      takes: 'one',
      choose: users,
      initial: groupName,
    },
    {
      action: userRemoveFromGroup,
      title: 'Remove users from the group',
      keys: ['m'],
      takes: 'one',
      choose: users,
      initial: groupName,
    },
  ],
  resources: [{ action: resourceCreate, takes: 'none', initial: templateOf('API') }],
  versions: [
    { action: resourceCreate, title: 'New version', takes: 'none', initial: templateOf('APIVersion') },
  ],
  access: [{ action: resourceCreate, title: 'New access', takes: 'none', initial: templateOf('APIAccess') }],
  apis: [
    { action: resourceCreate, title: 'New API', takes: 'none', initial: templateOf('API') },
    {
      action: ruleCreate,
      title: 'New alert rule for the API',
      keys: ['N'],
      takes: 'one',
      initial: (selected) => {
        const api = first(selected) as Watched | undefined;
        return {
          api: api === undefined ? '' : `${api.namespace}/${api.name}`,
          above: '1',
          metric: 'errorsPerSecond',
        };
      },
    },
  ],
  alerts: [
    { action: ruleCreate, takes: 'none', initial: () => ({ above: '1', metric: 'errorsPerSecond' }) },
    { action: ruleSilence, takes: 'one', rows: ruleOf },
    { action: ruleUnsilence, takes: 'one', rows: ruleOf },
  ],
  invitations: [{ action: memberInvite, takes: 'none' }],
});

/** Returns what pages of a kind offer, in the order in which people meet it. */
export function offersOf(kind: string): readonly Offer[] {
  const own = allActions
    .filter((action) => action.kind.name === kind)
    .map((action): Offer => ({ action, takes: action.takes }));
  const more = ELSEWHERE[kind] ?? [];
  const added = new Set(more.map(({ action }) => action));
  const rest = own.filter(({ action }) => !added.has(action));
  // What is made here first comes first.
  return [
    ...more.filter(({ takes }) => takes === 'none'),
    ...rest,
    ...more.filter(({ takes }) => takes !== 'none'),
  ];
}

/** Parts of the settings that offer actions of the workspace and of the account. */
export const SETTINGS = ['workspace', 'account'] as const;

/** Returns what a part of the settings offers. */
export function settingsOffers(part: (typeof SETTINGS)[number]): readonly Action[] {
  return allActions.filter(({ id, kind }) =>
    part === 'workspace'
      ? kind.name === 'workspaces'
      : id.startsWith('account.') || id === 'sessions.createToken',
  );
}

/** Returns the pages that offer an action: lists of kinds by name, `settings`. */
export function pagesOffering(action: Action): readonly string[] {
  const lists = allKinds.filter(({ name }) => offersOf(name).some((offer) => offer.action === action));
  const isSetting = SETTINGS.some((part) => settingsOffers(part).includes(action));
  return [...lists.map(({ name }) => name), ...(isSetting ? ['settings'] : [])];
}
