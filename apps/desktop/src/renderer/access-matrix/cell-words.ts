import type { MatrixCell } from './matrix.ts';

/** Returns what a cell means, in a sentence. */
export function cellWords({ state, through }: MatrixCell, api: string, group: string): string {
  const names = through.join(', ');
  switch (state) {
    case 'granted':
      return `${group} can call ${api}, through ${names}.`;
    case 'everyone':
      return `${group} can call ${api}: ${names} opens it to everyone who is signed in.`;
    case 'saved':
      return `${group} cannot call ${api}: ${names} would grant it, but no APIGateway lists it.`;
    case 'none':
      return `${group} cannot call ${api}.`;
  }
}

/** Returns why a cell cannot be changed here; null when it can. */
export function whyFixed({ state, elsewhere }: MatrixCell): string | null {
  if (state === 'everyone') return 'A grant to one group changes nothing while everyone may call it.';
  if (state === 'granted' && elsewhere !== null) return `Granted in ${elsewhere}: revoke it there.`;
  return null;
}
