import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseFlags, usageError } from '@portolan/process/flags';
import { StartupError } from '@portolan/process/startup-error';
import { platformFlags, readConfig, type Config } from '../config.ts';
import type { DecryptWith, EncryptFor } from './encryption.ts';

const installation = platformFlags.pick({
  'data-dir': true,
  'seal-key-file': true,
  'broker-secret-file': true,
});
const passphraseFile = z.string().min(1).optional();

const backupFlags = installation.extend({
  file: z
    .string()
    .min(1)
    .meta({ value: 'FILE', description: 'file to write, which must not exist; - for standard output' }),
  'passphrase-file': passphraseFile.meta({
    value: 'FILE',
    description: 'encrypt with the passphrase in this file',
  }),
  recipient: z.string().min(1).optional().meta({
    value: 'KEY,…',
    description: 'encrypt for these public keys of age (age1…), separated by commas',
  }),
  'without-keys': z.boolean().default(false).meta({
    description: 'leave out the key files, which are then to be kept elsewhere',
  }),
});

const restoreFlags = installation.extend({
  file: z.string().min(1).meta({ value: 'FILE', description: 'backup to read; - for standard input' }),
  'passphrase-file': passphraseFile.meta({
    value: 'FILE',
    description: 'decrypt with the passphrase in this file',
  }),
  'identity-file': z.string().min(1).optional().meta({
    value: 'FILE',
    description: 'decrypt with the private keys of age in this file (AGE-SECRET-KEY-…)',
  }),
});

export interface BackupOptions {
  readonly config: Config;
  /** File to write; `-` is standard output. */
  readonly file: string;
  readonly encryptFor: EncryptFor | null;
  readonly withKeys: boolean;
}

/** Parses the flags of `backup`. @throws StartupError, HelpRequested. */
export function readBackupOptions(argv: readonly string[], usage: string): BackupOptions {
  const values = parseFlags(backupFlags, argv, usage);
  const { recipient, withoutKeys, file } = values;
  const encryptFor: EncryptFor | null =
    values.passphraseFile !== undefined
      ? { kind: 'passphrase', passphrase: readPassphrase(values.passphraseFile) }
      : recipient !== undefined
        ? { kind: 'recipients', recipients: recipient.split(',') }
        : null;
  if (values.passphraseFile !== undefined && recipient !== undefined)
    throw usageError('--passphrase-file and --recipient exclude each other.');
  if (encryptFor === null && !withoutKeys) {
    throw new StartupError(
      'The backup would hold the keys of the installation in plain text.',
      'Encrypt it with --recipient or --passphrase-file, or leave the keys out with --without-keys.',
      { exitCode: 2 },
    );
  }
  return { config: configOf(values), file, encryptFor, withKeys: !withoutKeys };
}

export interface RestoreOptions {
  readonly config: Config;
  /** File to read; `-` is standard input. */
  readonly file: string;
  readonly decryptWith: DecryptWith | null;
}

/** Parses the flags of `restore`. @throws StartupError, HelpRequested. */
export function readRestoreOptions(argv: readonly string[], usage: string): RestoreOptions {
  const values = parseFlags(restoreFlags, argv, usage);
  const { passphraseFile: passphrase, identityFile: identity, file } = values;
  if (passphrase !== undefined && identity !== undefined)
    throw usageError('--passphrase-file and --identity-file exclude each other.');
  const decryptWith: DecryptWith | null =
    passphrase !== undefined
      ? { kind: 'passphrase', passphrase: readPassphrase(passphrase) }
      : identity !== undefined
        ? { kind: 'identities', identities: readIdentities(identity) }
        : null;
  return { config: configOf(values), file, decryptWith };
}

function configOf(values: {
  readonly dataDir: string;
  readonly sealKeyFile?: string | undefined;
  readonly brokerSecretFile?: string | undefined;
}): Config {
  const { dataDir, sealKeyFile, brokerSecretFile } = values;
  const argv = [
    ['--data-dir', dataDir],
    ...(sealKeyFile === undefined ? [] : [['--seal-key-file', sealKeyFile]]),
    ...(brokerSecretFile === undefined ? [] : [['--broker-secret-file', brokerSecretFile]]),
  ];
  return readConfig(argv.flat(), process.env);
}

function readPassphrase(file: string): string {
  const passphrase = readText(file, '--passphrase-file').replace(/\r?\n$/, '');
  if (passphrase !== '') return passphrase;
  throw new StartupError(`${file} is empty.`, 'Write the passphrase on its first line.');
}

/** Reads the private keys of a file that age-keygen has written, without its comments. */
function readIdentities(file: string): string[] {
  const lines = readText(file, '--identity-file').split(/\r?\n/);
  const keys = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  if (keys.length > 0) return keys;
  throw new StartupError(`${file} holds no private key of age.`, 'Use a file that age-keygen has written.');
}

function readText(file: string, flag: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new StartupError(
      `${flag}: ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      'Check the path and its permissions.',
      { cause },
    );
  }
}
