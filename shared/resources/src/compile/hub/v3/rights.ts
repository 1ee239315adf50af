import type { KubernetesObject } from '../../../kinds/object.ts';
import type { Grant } from '../../../model/model.ts';
import type { PlanTerms } from '../../../model/plan.ts';
import type { Reader } from '../../reader.ts';
import type { RelationChange } from '../../relations.ts';
import type { LabelSelector } from '../../selections.ts';
import type { Resolved } from '../../unit.ts';
import { keysIn, warnOfMissing } from '../managed-keys.ts';

/** What an APIAccess or ManagedSubscription gives; to each of its APIs it becomes a grant. */
export type Right = Omit<Grant, 'terms'> & { readonly plan: Omit<PlanTerms, 'counted'> | null };

type Names = readonly { readonly name: string }[];

/** What both kinds say about APIs. */
export interface Reach {
  readonly apis?: Names;
  readonly apiBundles?: Names;
  readonly apiSelector?: LabelSelector;
}

/** Returns the relations of what an access or subscription reaches. */
export function relateReach(
  { metadata: { namespace = '' } }: KubernetesObject,
  { apis, apiBundles, apiSelector }: Reach,
): RelationChange[] {
  return [
    {
      relation: 'access-api',
      selection: { selector: apiSelector, keys: keysIn('API', namespace, apis), namespace },
    },
    { relation: 'access-bundle', targets: keysIn('APIBundle', namespace, apiBundles) },
  ];
}

/** Warns of APIs and bundles that do not exist, and of an object that reaches nothing. */
export function warnOfReach(reader: Reader, { apis, apiBundles }: Reach): void {
  const { namespace } = reader.self;
  warnOfMissing(reader, 'spec.apis', keysIn('API', namespace, apis));
  warnOfMissing(reader, 'spec.apiBundles', keysIn('APIBundle', namespace, apiBundles));
  if (reader.targets('access-api').length + reader.targets('access-bundle').length > 0) return;
  reader.warn('no-effect', 'spec.apis', {
    message: 'reaches no API',
    fix: 'list APIs of its namespace in spec.apis, bundles in spec.apiBundles, or select APIs by label',
  });
}

/** Returns the right as a value, or reports why the object gives none. */
export function rightOrProblem(
  reader: Reader,
  field: string,
  right: Resolved<Right>,
): { readonly value: Resolved<Right> } {
  if (!right.ok)
    reader.error('no-access', field, { message: `${right.reason}; it gives no access`, fix: right.fix });
  return { value: right };
}
