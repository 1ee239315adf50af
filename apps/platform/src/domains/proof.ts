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

  #derive(context: string, length: number): string {
    const digest = createHmac('sha256', this.#secret).update(context).digest();
    return Array.from(digest.subarray(0, length), (byte) => ALPHABET.charAt(byte % 32)).join('');
  }
}

/** Returns the names at which a proof for a host may be published, nearest first: at the host or any parent up to its registrable domain. */
export function proofNames(host: string, registrable: string): string[] {
  const names: string[] = [];
  for (let name = host; ; name = name.slice(name.indexOf('.') + 1)) {
    names.push(`${PROOF_LABEL}.${name}`);
    if (name === registrable || !name.includes('.')) return names;
  }
}
