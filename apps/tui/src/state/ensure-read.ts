import type { Kind } from '@portolan/console/kinds/kind';
import type { App } from './app.ts';

/** Reads lists that nobody has looked at yet, for what is offered or checked from them. */
export async function ensureRead(app: App, ...kinds: readonly Kind[]): Promise<void> {
  const unread = kinds.map((kind) => app.lists.of(kind)).filter(({ status }) => status.readAt === 0);
  await Promise.all(unread.map((list) => list.refresh()));
}
