import { readFile, writeFile } from 'node:fs/promises';
import { brokerCredential } from '@portolan/process/broker-credential';

/** Writes the credential of a broker to a file, as `portolan-platform broker-credential` prints it. */
export async function issueCredential(secretFile: string, id: string, file: string): Promise<void> {
  const secret = await readFile(secretFile, 'utf8');
  await writeFile(file, brokerCredential(secret.trim(), id));
}
