import { readFileSync } from 'node:fs';
import { brokerRegistration } from '@portolan/contract/broker-link';
import { parseFlags } from '@portolan/process/flags';
import type { ProgramContext } from '@portolan/process/run';
import { StartupError } from '@portolan/process/startup-error';
import { z } from 'zod';
import { brokerCredential, claimedId } from '@portolan/process/broker-credential';

const flags = z.object({
  id: brokerRegistration.shape.id.meta({ value: 'NAME', description: 'the broker it is for' }),
  'broker-secret-file': z
    .string()
    .min(1)
    .meta({ value: 'FILE', description: 'the broker secret of the platform' }),
});

/** Prints the credential of one broker, for its `--broker-secret-file`. */
export async function printBrokerCredential({ argv }: ProgramContext): Promise<void> {
  const { id, brokerSecretFile } = parseFlags(flags, argv);
  const secret = readSecret(brokerSecretFile);
  if (claimedId(secret) !== null) {
    throw new StartupError(
      `${brokerSecretFile} is the credential of one broker`,
      'Give the broker secret of the platform, broker.secret in its data directory.',
    );
  }
  process.stdout.write(`${brokerCredential(secret, id)}\n`);
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new StartupError(
      `${file} cannot be read: ${String(cause)}`,
      'Check the path and its permissions.',
      {
        cause,
      },
    );
  }
}
