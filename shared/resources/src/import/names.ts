import { createHash } from 'node:crypto';
import { labelOf } from '../migrate/manifest.ts';

/** Gives names of objects: DNS labels, each once per kind, the same for the same source. */
export class Names {
  readonly #taken = new Set<string>();

  /** Returns a name made of parts that no other object of the kind has. */
  unique(kind: string, ...parts: readonly string[]): string {
    const wanted = shortened(labelOf(...parts), parts.join('-'));
    for (let count = 1; ; count += 1) {
      const name = count === 1 ? wanted : `${wanted.slice(0, 58)}-${count}`;
      if (this.#taken.has(`${kind}/${name}`)) continue;
      this.#taken.add(`${kind}/${name}`);
      return name;
    }
  }
}

/** Long names keep a hash of what was cut, so that two of them differ. A name of a Service begins with a letter (RFC 1035). */
function shortened(label: string, whole: string): string {
  const named = /^[a-z]/.test(label) ? label : `x-${label}`;
  if (named.length <= 52) return named;
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 6);
  return `${named.slice(0, 45).replace(/-+$/, '')}-${hash}`;
}
