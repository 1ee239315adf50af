import type { Permission } from '@portolan/contract/permissions';
import type { Session } from '@portolan/console/kinds/kind';
import type { Host } from '../host/host.ts';

/** What a command of a page works with. */
interface Here {
  readonly session: Session;
  readonly host: Host;
}

/** Something pages offer that is no shared action: it opens a page or a form of its own. */
export interface PageCommand {
  readonly id: string;
  readonly title: string;
  readonly keys: readonly string[];
  /** Kinds whose pages offer it. */
  readonly kinds: readonly string[];
  readonly permission: Permission | 'signed-in';
  readonly takes: 'none' | 'one';
  /** Whether it is what people come to the list for. */
  readonly isMain?: boolean;
  run(selected: readonly unknown[], here: Here): void | Promise<void>;
}
