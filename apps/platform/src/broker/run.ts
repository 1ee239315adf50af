import { createLogger } from '@portolan/process/logger';
import { aborted, type ProgramContext } from '@portolan/process/run';
import { startBroker } from './broker.ts';
import { readBrokerConfig } from './config.ts';

/** Runs the role `broker` until it is stopped, then drains it; a second signal ends draining at once. */
export async function runBroker({ argv, stop, stopNow, ready }: ProgramContext): Promise<void> {
  const config = readBrokerConfig(argv);
  const log = createLogger({ app: 'broker', level: config.logLevel }).child({ broker: config.id });
  const broker = await startBroker(config, log);
  const { id, region, url, edge, metrics, dns } = broker;
  log.info({ event: 'broker.ready', url, edge, metrics, dns });
  ready({ id, region, url, edge, metrics, dns });
  await aborted(stop);
  await broker.drain(stopNow);
  log.info({ event: 'broker.stopped' });
}
