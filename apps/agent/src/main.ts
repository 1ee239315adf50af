import { aborted, runProgram } from '@portolan/process/run';
import { startAgent } from './agent.ts';
import { findCommand } from './commands/commands.ts';
import { parseOptions } from './options.ts';

await runProgram('portolan-agent', async ({ argv, stop, ready }) => {
  const command = findCommand(argv);
  if (command !== undefined) {
    await command.run({ argv: argv.slice(1), print });
    return;
  }
  const agent = await startAgent(parseOptions(argv));
  process.on('SIGHUP', () => agent.confirmEmpty());
  const { http, https } = agent.addresses;
  void agent.ready.then(() => {
    const gateway = http ? `http://${http.host}:${http.port}` : null;
    agent.log.info({ event: 'agent.ready', gateway, https: https?.port }, 'ready');
    ready({ gateway });
  });
  await Promise.race([aborted(stop), agent.restarting]);
  agent.log.info({ event: 'agent.stopping' }, 'stopping');
  await agent.stop();
});

/** Writes to standard output and resolves when it has been written: a pipe would lose what is still buffered at the exit. */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) =>
    process.stdout.write(text, (error) => (error ? reject(error) : resolve())),
  );
}
