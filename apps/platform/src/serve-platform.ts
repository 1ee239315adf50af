import { readConfig } from './config.ts';
import { createLog } from './log.ts';
import { runPlatform } from './run-platform.ts';

/** Role `platform`: runs until `signal` says stop, or something it cannot work without is lost. */
export async function servePlatform(argv: readonly string[], signal: AbortSignal): Promise<void> {
  const config = readConfig(argv, process.env);
  const log = createLog(config.logLevel);
  const lost = Promise.withResolvers<never>();
  const running = await runPlatform({ config, log, onLost: lost.reject });
  log.info({ event: 'platform.ready', url: running.url, pid: process.pid });
  process.send?.({ event: 'ready', url: running.url, pid: process.pid });
  try {
    await Promise.race([aborted(signal), lost.promise]);
  } finally {
    await running.close();
    log.info({ event: 'platform.stopped' });
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
