import { allKinds } from '../kinds/all-kinds.ts';
import type { Session } from '../kinds/kind.ts';
import { resources } from '../kinds/resources.ts';
import { usageFailure } from '../failure.ts';

/** The Kubernetes kind that `ingresses`, `Ingress` or `ingress` names; which kinds there are, only the resources know. */
export async function findKubernetesKind(session: Session, word: string): Promise<string> {
  const page = await resources.fetch(session, { limit: 500 });
  const seen = new Set(page.items.map((row) => row.kind));
  const match = [...seen].find((one) => pluralsOf(one).includes(word.toLowerCase()));
  if (match !== undefined) return match;
  if (page.next !== null && /^[A-Z]\w+$/.test(word)) return word;
  throw usageFailure(
    `There is no kind "${word}".`,
    `Kinds: ${allKinds.map((one) => one.name).join(', ')}${seen.size > 0 ? `, ${[...seen].toSorted().join(', ')}` : ''}.`,
  );
}

function pluralsOf(kind: string): readonly string[] {
  const name = kind.toLowerCase();
  return [name, `${name}s`, `${name}es`, name.replace(/y$/, 'ies')];
}
