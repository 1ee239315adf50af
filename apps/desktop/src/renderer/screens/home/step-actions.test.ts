import { allActions } from '@portolan/console/actions/all-actions';
import { expect, test } from 'vitest';
import { STEP_ACTIONS } from './step-actions.ts';

test.each(Object.values(STEP_ACTIONS))(
  'the step $id is the action of this name',
  ({ id, button, permission }) => {
    expect(allActions.find((action) => action.id === id)).toMatchObject({ button, permission });
  },
);
