import { createLogger } from '@portolan/process/logger';
import { aborted, type ProgramContext } from '@portolan/process/run';
import { readConfig } from './config.ts';
import { runPlatform } from './run-platform.ts';

/** Runs the role `platform` until it is stopped or permanently loses its database. */
export async function servePlatform({ argv, stop, ready }: ProgramContext): Promise<void> {
  const config = readConfig(argv, process.env);
  const log = createLogger({ app: 'platform', level: config.logLevel });
  const lost = Promise.withResolvers<never>();
  const running = await runPlatform({ config, log, onLost: lost.reject });
  log.info({ event: 'platform.ready', url: running.url, pid: process.pid });
  ready({ url: running.url });
  try {
    await Promise.race([aborted(stop), lost.promise]);
  } finally {
    await running.close();
    log.info({ event: 'platform.stopped' });
  }
}
