import { apis } from '@portolan/console/kinds/apis';
import { clusters } from '@portolan/console/kinds/clusters';
import { groups } from '@portolan/console/kinds/groups';
import { keys } from '@portolan/console/kinds/keys';
import type { Kind } from '@portolan/console/kinds/kind';
import { users } from '@portolan/console/kinds/users';
import type { App } from '../state/app.ts';
import { listView } from '../state/views.ts';

/** What the history calls a call that was made from an explanation. */
export const CALL_MADE = 'Make a call';

/** Something that has not been done yet on the way to the first call that succeeds. */
interface Step {
  readonly text: string;
  /** The keys that do it from anywhere, for who likes to know. */
  readonly keys: string;
  isLeft(app: App): boolean;
  /** Where it is done, and the command that does it there. */
  go(app: App): void;
  readonly command?: string;
}

const STEPS: readonly Step[] = [
  {
    text: 'enrol a cluster, and start its agent with the token that is shown',
    keys: 'g c, n',
    isLeft: (app) => isEmpty(app, clusters),
    go: (app) => app.navigation.openList(clusters),
    command: 'clusters.new',
  },
  {
    text: 'create an API for a Service of the cluster',
    keys: 'g a, n',
    isLeft: (app) => isEmpty(app, apis) && !isEmpty(app, clusters),
    go: (app) => app.navigation.openList(apis),
    command: 'item.new',
  },
  {
    text: 'create a group: APIs are granted to groups',
    keys: 'g r, n',
    isLeft: (app) => isEmpty(app, groups),
    go: (app) => app.navigation.openList(groups),
    command: 'groups.new',
  },
  {
    text: 'create a user and put them in a group',
    keys: 'g u, n',
    isLeft: (app) => isEmpty(app, users),
    go: (app) => app.navigation.openList(users),
    command: 'users.new',
  },
  {
    text: 'create an API key for a user',
    keys: 'g u, K',
    isLeft: (app) => isEmpty(app, keys) && !isEmpty(app, users),
    go: (app) => app.navigation.openList(users),
    command: 'users.key',
  },
  {
    text: 'grant an API to a group',
    keys: 'g a, A',
    isLeft: (app) => !isEmpty(app, apis) && rowsOf(app, apis).every((api) => api.access.length === 0),
    go(app) {
      const [first] = rowsOf(app, apis);
      if (first) app.navigation.open(listView(apis, { cursor: apis.id(first) }));
    },
    command: 'apis.grant',
  },
  {
    text: 'explain a call, and make it',
    keys: 'X',
    isLeft: (app) =>
      app.traffic.points?.length === 0 &&
      app.history.journal.every((entry) => entry.what !== CALL_MADE) &&
      !isEmpty(app, keys) &&
      !isEmpty(app, apis),
    go: () => undefined,
    command: 'explain',
  },
];

/** What is left to do, in the order it is best done. */
export function stepsLeft(app: App): readonly Step[] {
  // Nothing is suggested on what was not read yet.
  const isRead = [clusters, apis, groups, users, keys].every((kind) => app.lists.of(kind).status.readAt > 0);
  return isRead ? STEPS.filter((step) => step.isLeft(app)) : [];
}

/** Returns the first of them; null when nothing is left. */
export function nextStep(app: App): Step | null {
  return stepsLeft(app)[0] ?? null;
}

function rowsOf<T>(app: App, kind: Kind<T>): readonly T[] {
  // Rows of a kind's own store are of its type.
  return app.lists.of(kind).rows as readonly T[];
}

/** Known to be empty: a list that was not read yet leads nowhere. */
function isEmpty(app: App, kind: Kind): boolean {
  const { readAt, total } = app.lists.of(kind).status;
  return readAt > 0 && total === 0;
}
