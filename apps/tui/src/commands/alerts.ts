import {
  receiverCreate,
  receiverDelete,
  receiverTest,
  ruleCreate,
  ruleDelete,
  ruleDisable,
  ruleEdit,
  ruleEnable,
  ruleSilence,
  ruleUnsilence,
} from '@portolan/console/actions/alerts';
import { alertRules } from '@portolan/console/kinds/alert-rules';
import { alerts } from '@portolan/console/kinds/alerts';
import { apis } from '@portolan/console/kinds/apis';
import { actionCommand } from './action-command.ts';
import type { App, Command } from '../state/app.ts';

/** Returns the rule under the cursor, or that of the alert there. */
function ruleHere(app: App): readonly unknown[] {
  const fired = app.navigation.targets(alerts).map(({ rule, silence }) => ({ ...rule, silence }));
  return [...app.navigation.targets(alertRules), ...fired];
}

function apiHere(app: App): string {
  const [api] = app.navigation.targets(apis);
  return api === undefined ? '' : `${api.namespace}/${api.name}`;
}

/** Creating, editing, silencing and deleting alert rules and receivers. */
export const alertCommands: readonly Command[] = [
  actionCommand(ruleCreate, {
    id: 'rules.new',
    kinds: ['rules', 'alerts'],
    hint: 'new rule',
    initial: () => ({ above: '1', metric: 'errorsPerSecond' }),
  }),
  actionCommand(ruleCreate, {
    id: 'apis.watch',
    title: 'New alert rule for the API',
    keys: ['N'],
    kinds: ['apis'],
    disabled: (app) => (app.navigation.targets(apis).length === 1 ? null : 'select one API'),
    initial: (app) => ({ api: apiHere(app), above: '1', metric: 'errorsPerSecond' }),
  }),
  actionCommand(
    ruleSilence,
    {
      title: 'Silence the rule, or end its silence',
      kinds: ['rules', 'alerts'],
      hint: 'silence',
      rows: ruleHere,
      focus: 'reason',
    },
    ruleUnsilence,
  ),
  actionCommand(ruleEdit, { hint: 'edit' }),
  actionCommand(ruleDisable, { title: 'Disable or enable rules', keys: ['E'] }, ruleEnable),
  actionCommand(ruleDelete),
  actionCommand(receiverCreate, { id: 'receivers.new', hint: 'new' }),
  actionCommand(receiverTest, { hint: 'test' }),
  actionCommand(receiverDelete),
];
