import { explain } from '../failure.ts';
import type { Block } from './block.ts';
import type { Kind, Session, Tab } from './kind.ts';

/** The tabs of an object with what each reads once it is looked at, for clients that show all of them at once. */
export function wholeTabs<T>(
  kind: Kind<T>,
  of: { readonly row: T; readonly loaded: unknown; readonly now: number },
  session: Session,
): Promise<readonly Tab[]> {
  const read = async (tab: Tab): Promise<readonly Block[]> => {
    try {
      return (await tab.read?.(session)) ?? [];
    } catch (error) {
      // One tab that may not be seen is no reason to show none.
      return [{ type: 'note', tone: 'bad', text: explain(error).message }];
    }
  };
  return Promise.all(
    kind
      .tabs(of.row, of.loaded, of.now)
      .map(async (tab) => ({ ...tab, blocks: [...tab.blocks, ...(await read(tab))] })),
  );
}
