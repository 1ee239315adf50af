import { runProgram, type ProgramContext } from '@portolan/process/run';
import { HelpRequested, StartupError } from '@portolan/process/startup-error';

/** Runs until `stop` aborts; anything thrown ends the program. */
type Role = (context: ProgramContext) => Promise<void>;

// Loaded when needed: a broker that restarts is back sooner, and smaller, without the platform's libraries.
const ROLES: Readonly<Record<string, () => Promise<Role>>> = {
  platform: async () => (await import('./serve-platform.ts')).servePlatform,
  broker: async () => (await import('./broker/run.ts')).runBroker,
  'broker-credential': async () => (await import('./broker/print-credential.ts')).printBrokerCredential,
  secrets: async () => (await import('./secrets/run.ts')).runSecrets,
};

const USAGE = `usage: portolan-platform platform [FLAGS]        the control plane
       portolan-platform broker [FLAGS]          a broker, where tunnels of agents end
       portolan-platform broker-credential [FLAGS]  prints the credential of one broker
       portolan-platform secrets rotate [FLAGS]  re-encrypts the secrets in the database under a new key
       portolan-platform secrets forget [FLAGS]  deletes the older keys
Each has --help.`;

await runProgram('portolan-platform', async (context) => {
  const [name = '', ...argv] = context.argv;
  if (name === '--help' || name === '-h' || name === 'help') throw new HelpRequested(USAGE);
  const role = ROLES[name];
  if (!role) {
    throw new StartupError(`Unknown role '${name}'.`, `Start one of: ${Object.keys(ROLES).join(', ')}.`, {
      exitCode: 2,
    });
  }
  const run = await role();
  await run({ ...context, argv });
});
