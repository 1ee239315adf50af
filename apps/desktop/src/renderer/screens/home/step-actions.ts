import type { Permission } from '@portolan/contract/permissions';

/** What the page says about an action before the action itself is loaded. */
export interface StepAction {
  readonly id: string;
  readonly button: string;
  readonly permission: Permission;
  /** In place of the action's title. */
  readonly title?: string;
}

/** Actions of the first steps; a test compares them with the actions themselves. */
export const STEP_ACTIONS = {
  cluster: { id: 'clusters.create', button: 'Enrol', permission: 'clusters.write' },
  api: { id: 'resources.create', button: 'Create', permission: 'resources.write', title: 'New API' },
  group: { id: 'groups.create', button: 'Create', permission: 'users.write' },
  user: { id: 'users.create', button: 'Create', permission: 'users.write' },
  key: { id: 'keys.create', button: 'Create', permission: 'keys.write' },
  grant: { id: 'apis.grant', button: 'Grant', permission: 'resources.write' },
} as const satisfies Readonly<Record<string, StepAction>>;
