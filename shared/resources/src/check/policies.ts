import { isRecord } from '../kinds/object.ts';
import type { Problem } from '../problem.ts';
import { valuesAt } from './values-at.ts';
import { type ObjectSet, warning } from './object-set.ts';

// In the order in which the first set one counts.
const METHODS = ['jwt', 'basicAuth', 'apiKey', 'oidc', 'oidcGoogle', 'oAuthIntro'];

/** Warnings for policies that set no method, and so let no one in, or several, of which one counts. */
export function checkPolicies(set: ObjectSet): readonly Problem[] {
  return set.list('AccessControlPolicy').flatMap((located) => {
    const spec = located.object.spec;
    const methods = METHODS.filter((method) => isRecord(spec) && isRecord(spec[method]));
    if (methods.length === 1) return [];
    const effect =
      methods.length === 0
        ? 'none is, so it lets no one in'
        : `${methods.join(' and ')} are; ${methods[0]} counts`;
    const message = `exactly one of ${METHODS.join(', ')} must be set: ${effect}`;
    const fix = methods.length === 0 ? 'add one' : `keep one of ${methods.join(', ')}`;
    return [warning(located, { code: 'policy-method', field: 'spec', message, fix })];
  });
}

/** Warnings for a namespace with several default APIAuths (generation v3). */
export function checkDefaultAuths(set: ObjectSet): readonly Problem[] {
  const first = new Map<string, string>();
  return set.list('APIAuth').flatMap((located) => {
    if (valuesAt(located.object, 'spec.isDefault')[0]?.value !== true) return [];
    const { namespace = '', name } = located.object.metadata;
    const other = first.get(namespace);
    if (other === undefined) {
      first.set(namespace, name);
      return [];
    }
    const message = `APIAuth "${other}" is a default of namespace "${namespace}" too`;
    return [
      warning(located, { code: 'second-default', field: 'spec.isDefault', message, fix: 'keep one default' }),
    ];
  });
}
