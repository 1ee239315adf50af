import { createHmac } from 'node:crypto';

/** Label in front of a domain at which its owner publishes the proof. */
const PROOF_LABEL = '_portolan';
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Derives what a workspace's owners publish in DNS. The same secret is used by all replicas. */
export class ProofSecret {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /**
   * Returns the text of the TXT record that proves a domain for a workspace. It is the same for all hosts below a registrable
   * domain and never changes, so that it can be published in advance and kept.
   */
  tokenFor(workspace: string, registrable: string): string {
    return `portolan-verify=${this.#derive(`domain ${workspace} ${registrable}`, 32)}`;
  }

  /**
   * Returns the host that a workspace's custom domains lead to by CNAME. Each workspace has another one: a record that is left
   * behind never leads to another workspace.
   */
  targetFor(workspace: string, edgeSuffix: string): string {
    return `${this.#derive(`target ${workspace}`, 12)}.${edgeSuffix}`;
  }

  /**
   * Returns the host that `_acme-challenge` of a domain leads to by CNAME, so that challenges are answered there (RFC 8555 §8.4).
   * Each workspace has another one for each domain; a wildcard has the same as its domain.
   */
  challengeTargetFor(workspace: string, host: string, zone: string): string {
    return `${this.#derive(`acme ${workspace} ${baseOf(host)}`, 20)}.${zone}`;
  }

  #derive(context: string, length: number): string {
    const digest = createHmac('sha256', this.#secret).update(context).digest();
    return Array.from(digest.subarray(0, length), (byte) => ALPHABET.charAt(byte % 32)).join('');
  }
}

/** Returns the domain that a wildcard is for; other hosts as they are. */
export function baseOf(host: string): string {
  return host.replace(/^\*\./, '');
}

/** Returns the name at which authorities look for the answer to a DNS-01 challenge (RFC 8555 §8.4). */
export function challengeName(host: string): string {
  return `_acme-challenge.${baseOf(host)}`;
}

/** Returns the names at which a proof for a host may be published, nearest first: at the host or any parent up to its registrable domain. */
export function proofNames(host: string, registrable: string): string[] {
  const names: string[] = [];
  for (let name = baseOf(host); ; name = name.slice(name.indexOf('.') + 1)) {
    names.push(`${PROOF_LABEL}.${name}`);
    if (name === registrable || !name.includes('.')) return names;
  }
}
