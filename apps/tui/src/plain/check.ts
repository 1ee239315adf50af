import { print, tell, type Io } from '../terminal/io.ts';
import { brokers } from '@portolan/console/kinds/brokers';
import { clusters } from '@portolan/console/kinds/clusters';
import type { Kind } from '@portolan/console/kinds/kind';
import { problems } from '@portolan/console/kinds/problems';
import { safeText } from '@portolan/console/safe-text';
import type { App } from '../state/app.ts';

/** One line for everything that is not well; exit code 1 when something is broken, 0 when all is well or only warned of. */
export async function check(app: App, io: Io): Promise<number> {
  try {
    const read = async <T>(kind: Kind<T>): Promise<readonly T[]> => {
      const rows: T[] = [];
      let cursor: string | undefined;
      do {
        const page = await kind.fetch(app.session, {
          limit: 500,
          ...(cursor === undefined ? {} : { cursor }),
        });
        rows.push(...page.items);
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      return rows;
    };
    const [found, agents, ways] = [await read(problems), await read(clusters), await read(brokers)];
    const lines = [
      ...found.map((one) => ({
        isError: one.severity === 'error',
        text: `${one.severity} ${problems.label(one)}${one.field === null ? '' : ` ${one.field}`}: ${one.message}${one.fix === null ? '' : ` (${one.fix})`}`,
      })),
      ...agents
        .filter((one) => one.state !== 'connected')
        .map((one) => ({
          isError: one.state === 'disconnected',
          text: `${one.state === 'disconnected' ? 'error' : 'warning'} cluster ${one.name}: ${one.state}, ${one.tunnels.live} of ${one.tunnels.wanted} tunnels live`,
        })),
      ...ways
        .filter((one) => one.state !== 'live')
        .map((one) => ({ isError: false, text: `warning broker ${one.id}: ${one.state}` })),
    ];
    for (const { text } of lines) print(io, safeText(text));
    if (lines.length === 0) tell(io, 'All is well.');
    return lines.some(({ isError }) => isError) ? 1 : 0;
  } finally {
    app.close();
  }
}
