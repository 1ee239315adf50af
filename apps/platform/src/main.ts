import { dictionary } from '@portolan/contract/dictionary';
import { runProgram, type ProgramContext } from '@portolan/process/run';
import { HelpRequested, StartupError } from '@portolan/process/startup-error';

/** Runs until `stop` aborts; an error ends the program. */
type Role = (context: ProgramContext) => Promise<void>;

// Loaded on demand: without the platform's libraries, a broker starts faster and uses less memory.
const ROLES = dictionary<() => Promise<Role>>({
  platform: async () => (await import('./serve-platform.ts')).servePlatform,
  broker: async () => (await import('./broker/run.ts')).runBroker,
  'broker-credential': async () => (await import('./broker/print-credential.ts')).printBrokerCredential,
  secrets: async () => (await import('./secrets/run.ts')).runSecrets,
  acme: async () => (await import('./certificates/run-acme.ts')).runAcme,
  backup: async () => (await import('./backup/run-backup.ts')).runBackup,
  restore: async () => (await import('./backup/run-restore.ts')).runRestore,
});

const USAGE = `usage: portolan-platform platform [FLAGS]        run the control plane
       portolan-platform broker [FLAGS]          run a broker, which accepts tunnels of agents
       portolan-platform broker-credential [FLAGS]  print the credential of one broker
       portolan-platform secrets rotate [FLAGS]  re-encrypt the secrets in the database with a new key
       portolan-platform secrets forget [FLAGS]  delete the older keys
       portolan-platform acme rotate-key [FLAGS] replace the account keys at ACME authorities
       portolan-platform backup [FLAGS]          write all that an installation keeps to a file
       portolan-platform restore [FLAGS]         load a backup into an empty installation
Use --help with any command for its flags.`;

await runProgram('portolan-platform', async (context) => {
  const [name = '', ...argv] = context.argv;
  if (name === '--help' || name === '-h' || name === 'help') throw new HelpRequested(USAGE);
  const role = ROLES[name];
  if (!role) {
    throw new StartupError(`Unknown command '${name}'.`, `Use one of: ${Object.keys(ROLES).join(', ')}.`, {
      exitCode: 2,
    });
  }
  const run = await role();
  await run({ ...context, argv });
});
