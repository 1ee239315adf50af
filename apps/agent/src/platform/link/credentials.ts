import { readFile } from 'node:fs/promises';
import { StartupError } from '@portolan/process/startup-error';
import type { AgentOptions } from '../../options.ts';

/** What an agent proves with who it is, and by what it knows its brokers. */
export interface Credentials {
  readonly token: string;
  /** PEM; likewise the others. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

type Files = Pick<AgentOptions, 'tunnelCaFile' | 'tunnelCertFile' | 'tunnelKeyFile'>;

/** Reads the agent token and what tunnels need beside it. */
export async function readCredentials(
  { tunnelCaFile, tunnelCertFile, tunnelKeyFile }: Files,
  tokenFile: string,
): Promise<Credentials> {
  return {
    token: await readToken(tokenFile),
    ...(tunnelCaFile === undefined ? {} : { ca: await readText(tunnelCaFile, 'tunnel-ca-file') }),
    ...(tunnelCertFile === undefined ? {} : { cert: await readText(tunnelCertFile, 'tunnel-cert-file') }),
    ...(tunnelKeyFile === undefined ? {} : { key: await readText(tunnelKeyFile, 'tunnel-key-file') }),
  };
}

async function readText(path: string, flag: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartupError(`Cannot read --${flag} ${path}: ${why}.`, 'Check the path and its permissions.');
  });
}

async function readToken(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartupError(
      `Cannot read the token file ${path}: ${why}.`,
      'Name the file with the agent token with --token-file.',
    );
  });
  const token = text.trim();
  if (token !== '' && !/\s/.test(token)) return token;
  throw new StartupError(
    `The token file ${path} holds no agent token.`,
    'It must contain the agent token of this cluster and nothing else.',
  );
}
