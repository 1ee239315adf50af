import { parseOptions, USAGE, UsageError } from './options.ts';
import { startAgent } from './agent.ts';

async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  if (argv.includes('--help')) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const agent = await startAgent(parseOptions(argv));
  const { http, https } = agent.addresses;
  let isStopping = false;
  const stop = (why: string): void => {
    if (isStopping) return;
    isStopping = true;
    agent.log.info({ event: 'agent.stopping', why }, 'stopping');
    agent.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        agent.log.fatal({ event: 'agent.stop-failed', error: String(error) }, 'could not stop in order');
        process.exit(1);
      },
    );
  };
  process.on('SIGHUP', () => agent.confirmEmpty());
  process.once('SIGTERM', () => stop('SIGTERM'));
  process.once('SIGINT', () => stop('SIGINT'));
  if (process.env['PORTOLAN_SUPERVISED'] === '1')
    process.once('disconnect', () => stop('supervisor is gone'));
  await agent.ready;
  const gateway = http ? `http://${http.host}:${http.port}` : null;
  agent.log.info({ event: 'agent.ready', gateway, https: https?.port }, 'ready');
  process.send?.({ event: 'ready', gateway, pid: process.pid });
}

main().catch((error: unknown) => {
  const isMistake = error instanceof UsageError;
  const text = error instanceof Error ? (isMistake ? error.message : error.stack) : String(error);
  process.stderr.write(`portolan-agent: ${text}\n`);
  process.exit(isMistake ? 2 : 1);
});
