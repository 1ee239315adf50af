import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { safeText } from '@portolan/console/safe-text';

/** Keys and tokens as the platform makes them, and whatever is sent as a credential. */
const SECRETS = /\bptl_[\w-]+|(?<=\bbearer\s)\S+|(?<="(?:token|password|secret|refresh)":\s*")[^"]*/gi;

/** Keeps what is needed to understand a crash, and nothing that opens a door; the screen it happened on is gone. */
export async function reportCrash(
  error: unknown,
  { stateDir, secrets }: { readonly stateDir: string; readonly secrets: readonly string[] },
): Promise<string> {
  const text = withoutSecrets(
    error instanceof Error ? (error.stack ?? error.message) : String(error),
    secrets,
  );
  const summary = safeText(text.split('\n')[0] ?? '');
  const file = join(stateDir, `crash-${new Date().toISOString().replace(/[:.]/g, '-')}.log`);
  try {
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    await writeFile(file, `portolan on Node ${process.version}, ${process.platform}\n${text}\n`, {
      mode: 0o600,
    });
    return `portolan: the terminal UI failed: ${summary}. Details are in ${file}; please report it.`;
  } catch {
    return `portolan: the terminal UI failed: ${text}`;
  }
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '•••'), text)
    .replace(SECRETS, '•••');
}
