import {
  formatGroups,
  formatUsers,
  PEOPLE_FORMATS,
  type PeopleFormat,
} from '@portolan/console/actions/people-file';
import { allGroups, allUsers } from '@portolan/console/actions/people-import';
import type { Session } from '@portolan/console/kinds/kind';
import { counted } from '@portolan/console/kinds/format';
import { toast } from '@portolan/ui/toast';
import type { PageCommand } from '../actions/page-command.ts';

const TYPES: Readonly<Record<PeopleFormat, string>> = { csv: 'text/csv', yaml: 'application/yaml' };

interface Exported {
  readonly text: string;
  readonly count: string;
}

const EXPORTS = {
  users: async (session: Session, format: PeopleFormat): Promise<Exported> => {
    const users = await allUsers(session);
    return { text: formatUsers(users, format), count: counted(users.length, 'user') };
  },
  groups: async (session: Session, format: PeopleFormat): Promise<Exported> => {
    const groups = await allGroups(session);
    return { text: formatGroups(groups, format), count: counted(groups.length, 'group') };
  },
};

/** Saves all users or groups as a file that their import reads. */
export const peopleCommands: readonly PageCommand[] = Object.entries(EXPORTS).flatMap(([kind, read]) =>
  PEOPLE_FORMATS.map((format): PageCommand => ({
    id: `${kind}.export.${format}`,
    title: `Export all ${kind} as ${format.toUpperCase()}`,
    keys: [],
    kinds: [kind],
    permission: 'users.read',
    takes: 'none',
    async run(_selected, { session, host }) {
      const { text, count } = await read(session, format);
      host.saveFile(`${kind}.${format}`, text, TYPES[format]);
      toast({ title: `Exported ${count}.` });
    },
  })),
);
