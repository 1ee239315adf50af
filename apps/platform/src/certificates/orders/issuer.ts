import type { IssuerConfig } from '../../acme-config.ts';
import type { Platform } from '../../platform.ts';
import { sharedSecret } from '../../secrets/shared-secret.ts';
import { accountKeyName } from '../acme/account-key-name.ts';
import { AcmeClient } from '../acme/acme-client.ts';
import { generateAccountKey, openAccountKey } from '../acme/account-key.ts';
import { httpsTransport } from '../acme/transport.ts';

/** An authority that certificates are ordered from. */
export interface Issuer {
  readonly config: IssuerConfig;
  readonly client: AcmeClient;
}

interface Opened {
  /** Account key, in PEM. */
  readonly pem: string;
  readonly issuer: Promise<Issuer>;
}

/**
 * Opens the clients of all configured authorities; their account keys are shared by all replicas. A client is opened again once
 * its key has been replaced.
 */
export class Issuers {
  readonly #platform: Pick<Platform, 'db' | 'sealer'>;
  readonly #configs: readonly IssuerConfig[];
  readonly #open = new Map<string, Opened>();
  readonly #closers: (() => Promise<void>)[] = [];

  constructor(platform: Pick<Platform, 'db' | 'sealer'>, configs: readonly IssuerConfig[]) {
    this.#platform = platform;
    this.#configs = configs;
  }

  get isEmpty(): boolean {
    return this.#configs.length === 0;
  }

  /** Returns the authority to order from after a number of failures: each next one after three with the one before. */
  async choose(failures: number): Promise<Issuer> {
    const config = this.#configs[Math.floor(failures / 3) % this.#configs.length];
    if (config === undefined) throw new Error('no authority is configured');
    return this.#openIssuer(config);
  }

  /** Returns the authority with a directory; null when it is no longer configured. */
  async find(directory: string | null): Promise<Issuer | null> {
    const config = this.#configs.find((each) => each.directory === directory);
    return config === undefined ? null : this.#openIssuer(config);
  }

  async close(): Promise<void> {
    await Promise.all(this.#closers.map((close) => close()));
  }

  async #openIssuer(config: IssuerConfig): Promise<Issuer> {
    const name = accountKeyName(config.directory);
    const pem = await sharedSecret(this.#platform, name, async () => generateAccountKey());
    const known = this.#open.get(config.directory);
    if (known?.pem === pem) return known.issuer;
    const issuer = this.#create(config, pem);
    this.#open.set(config.directory, { pem, issuer });
    return issuer;
  }

  async #create(config: IssuerConfig, pem: string): Promise<Issuer> {
    const { send, close } = httpsTransport(config.ca);
    this.#closers.push(close);
    const { directory, email, externalAccount } = config;
    const key = await openAccountKey(pem);
    return { config, client: new AcmeClient({ directory, send, key, email, externalAccount }) };
  }
}
