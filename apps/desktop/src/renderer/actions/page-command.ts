import type { Permission } from '@portolan/contract/permissions';

/** Something pages offer that is no shared action: it opens a page or a form of its own. */
export interface PageCommand {
  readonly id: string;
  readonly title: string;
  readonly keys: readonly string[];
  /** Kinds whose pages offer it. */
  readonly kinds: readonly string[];
  readonly permission: Permission | 'signed-in';
  readonly takes: 'none' | 'one';
  run(selected: readonly unknown[]): void;
}
