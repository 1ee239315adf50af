import { once } from 'node:events';
import { createLog } from '../log.ts';
import { startBroker } from './broker.ts';
import { readBrokerConfig } from './config.ts';

/** Role `broker`: runs until `signal` says stop, then drains; a second SIGTERM or SIGINT ends it at once. */
export async function runBroker(argv: readonly string[], signal: AbortSignal): Promise<void> {
  const config = readBrokerConfig(argv);
  const log = createLog(config.logLevel).child({ role: 'broker', broker: config.id });
  const broker = await startBroker(config, log);
  const { id, region, url, edge, metrics } = broker;
  log.info({ event: 'broker.ready', url, edge, metrics });
  process.send?.({ event: 'ready', id, region, url, edge, metrics, pid: process.pid });
  if (!signal.aborted) await once(signal, 'abort');
  const hurry = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => hurry.abort());
  await broker.drain(hurry.signal);
  log.info({ event: 'broker.stopped' });
}
