import { aborted, runProgram } from '@portolan/process/run';
import { startAgent } from './agent.ts';
import { parseOptions } from './options.ts';

await runProgram('portolan-agent', async ({ argv, stop, ready }) => {
  const agent = await startAgent(parseOptions(argv));
  process.on('SIGHUP', () => agent.confirmEmpty());
  const { http, https } = agent.addresses;
  void agent.ready.then(() => {
    const gateway = http ? `http://${http.host}:${http.port}` : null;
    agent.log.info({ event: 'agent.ready', gateway, https: https?.port }, 'ready');
    ready({ gateway });
  });
  await aborted(stop);
  agent.log.info({ event: 'agent.stopping' }, 'stopping');
  await agent.stop();
});
