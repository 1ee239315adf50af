import { Readable } from 'node:stream';
import { Decrypter, Encrypter } from 'age-encryption';
import { StartupError } from '@portolan/process/startup-error';

/** Readers of a backup: those who know the passphrase, or have the identity of a recipient. */
export type EncryptFor =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'recipients'; readonly recipients: readonly string[] };

/** What opens an encrypted backup. */
export type DecryptWith =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'identities'; readonly identities: readonly string[] };

/** First bytes of a file in the age format, version 1 (age-encryption.org/v1). */
const AGE = Buffer.from('age-encryption.org/v1\n');

/** Returns the stream in the age format, as `age -p` or `age -r` writes it. @throws StartupError for a malformed recipient. */
export async function encrypt(plain: Readable, target: EncryptFor): Promise<Readable> {
  const encrypter = new Encrypter();
  if (target.kind === 'passphrase') encrypter.setPassphrase(target.passphrase);
  else for (const recipient of target.recipients) addRecipient(encrypter, recipient);
  return Readable.fromWeb(await encrypter.encrypt(Readable.toWeb(plain)));
}

function addRecipient(encrypter: Encrypter, recipient: string): void {
  try {
    encrypter.addRecipient(recipient);
  } catch (cause) {
    throw new StartupError(
      `--recipient: ${recipient} is not a recipient of age.`,
      'Use a public key such as age1…, which age-keygen prints.',
      { cause },
    );
  }
}

/** Returns whether a file that begins with these bytes is encrypted. */
export function isEncrypted(head: Buffer): boolean {
  return head.subarray(0, AGE.length).equals(AGE);
}

/** Returns the content of an encrypted stream; one that was changed or cut ends with an error. @throws StartupError. */
export async function decrypt(sealed: Readable, key: DecryptWith): Promise<Readable> {
  const decrypter = new Decrypter();
  try {
    if (key.kind === 'passphrase') decrypter.addPassphrase(key.passphrase);
    else for (const identity of key.identities) decrypter.addIdentity(identity);
    return Readable.fromWeb(await decrypter.decrypt(Readable.toWeb(sealed) as ReadableStream<Uint8Array>));
  } catch (cause) {
    throw new StartupError(
      `The backup cannot be decrypted: ${cause instanceof Error ? cause.message : String(cause)}.`,
      key.kind === 'passphrase' ? 'Check the passphrase.' : 'Check the identity file.',
      { cause },
    );
  }
}
