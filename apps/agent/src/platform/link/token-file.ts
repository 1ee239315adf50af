import { readFile } from 'node:fs/promises';
import { StartupError } from '@portolan/process/startup-error';
import type { AgentOptions } from '../../options.ts';

/** Files of TLS with brokers: by what the agent knows them, and what it shows to those that ask for a certificate. PEM. */
export interface TunnelTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

type Files = Pick<AgentOptions, 'tunnelCaFile' | 'tunnelCertFile' | 'tunnelKeyFile'>;

/** Reads the files that the options name. */
export async function readTunnelTls({
  tunnelCaFile,
  tunnelCertFile,
  tunnelKeyFile,
}: Files): Promise<TunnelTls> {
  return {
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

/** Returns the agent token in a file; fails with a `StartupError` if there is none. */
export async function readToken(path: string): Promise<string> {
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
