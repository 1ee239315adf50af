import { randomBytes } from 'node:crypto';

/** Secrets by what they are; each is as it was given, and is looked for in every form it could be written in. */
export class PlantedSecrets {
  readonly #secrets = new Map<string, string>();

  /** Makes up a secret that is found again by its look. */
  make(what: string): string {
    return this.add(what, `planted-${what.replaceAll(/\W+/g, '-')}-${randomBytes(9).toString('hex')}`);
  }

  add(what: string, secret: string): string {
    if (secret.length < 12) throw new Error(`${what} is too short to be looked for`);
    this.#secrets.set(what, secret);
    return secret;
  }

  /** Names of those that `text` holds in clear, in Base64 or as hexadecimal. */
  foundIn(text: string): string[] {
    return [...this.#secrets].flatMap(([what, secret]) =>
      formsOf(secret).some((form) => text.includes(form)) ? [what] : [],
    );
  }
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // In Base64 the last characters depend on what follows, and the first on where the secret begins: from its own start.
  const base64 = bytes.toString('base64').replace(/=+$/, '').slice(0, -2);
  return [secret, base64, bytes.toString('hex'), encodeURIComponent(secret)];
}
