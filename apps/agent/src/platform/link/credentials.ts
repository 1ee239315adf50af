import { readFile } from 'node:fs/promises';
import { UsageError, type AgentOptions } from '../../options.ts';

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
    throw new UsageError(`--${flag} cannot be read: ${why}`);
  });
}

async function readToken(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `the token file cannot be read: ${why}; give the file that holds the agent token with --token-file`,
    );
  });
  const token = text.trim();
  if (token !== '' && !/\s/.test(token)) return token;
  throw new UsageError(
    `the token file ${path} holds no agent token; put the token of this cluster there, and nothing else`,
  );
}
