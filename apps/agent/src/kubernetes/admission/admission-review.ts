import { checkPolicies } from '@portolan/resources/check/policies';
import { ObjectSet } from '@portolan/resources/check/object-set';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { findKind, type Generation } from '@portolan/resources/kinds/registry';
import { validateObject } from '@portolan/resources/validate/validate';
import { z } from 'zod';

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string().optional(), generateName: z.string().optional() }),
});

/** AdmissionReview of admission.k8s.io/v1, as far as it is read. */
export const admissionReview = z.looseObject({
  apiVersion: z.literal('admission.k8s.io/v1'),
  kind: z.literal('AdmissionReview'),
  request: z.looseObject({
    uid: z.string().min(1),
    operation: z.enum(['CREATE', 'UPDATE', 'DELETE', 'CONNECT']),
    name: z.string().optional(),
    object: object.nullish(),
    oldObject: object.nullish(),
  }),
});
type AdmissionRequest = z.infer<typeof admissionReview>['request'];

interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status?: { readonly code: number; readonly reason: string; readonly message: string };
  readonly warnings?: readonly string[];
}

/**
 * Returns the response to an AdmissionReview: refuses an object that `portolan validate` refuses, in the same words. An object that was stored
 * with errors may be changed as long as it gets no new ones, as CustomResourceDefinitions do it (KEP-4008), and be deleted.
 */
export function reviewAdmission({ request }: z.infer<typeof admissionReview>, generation: Generation) {
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: judge(request, generation) };
}

function judge(request: AdmissionRequest, generation: Generation): AdmissionResponse {
  const { uid, operation, object: made, oldObject } = request;
  const allowed = { uid, allowed: true };
  if (!made || (operation !== 'CREATE' && operation !== 'UPDATE')) return allowed;
  if (made.metadata['deletionTimestamp'] !== undefined) return allowed;
  const named = withName(made, request.name);
  if (findKind(named.apiVersion, named.kind, generation) === null) return allowed;
  const known = new Set(oldObject ? errorsOf(withName(oldObject, request.name), generation) : []);
  const errors = errorsOf(named, generation).filter((error) => !known.has(error));
  if (errors.length > 0)
    return { uid, allowed: false, status: { code: 422, reason: 'Invalid', message: errors.join('; ') } };
  const warnings = checkPolicies(new ObjectSet([{ object: named, origin: { kind: 'cluster' } }])).map(
    ({ field = '', message, fix }) => `${field}: ${message}${fix === undefined ? '' : ` (${fix})`}`,
  );
  return warnings.length === 0 ? allowed : { ...allowed, warnings };
}

/** Returns each as `portolan validate` prints it. */
function errorsOf(named: KubernetesObject, generation: Generation): readonly string[] {
  const { kind, metadata } = named;
  const { namespace, name } = metadata;
  const place = [namespace, name].filter(Boolean).join('/');
  return validateObject(named, { generation }).errors.map(
    ({ field, message }) => `${kind} ${place}: ${field === '' ? '' : `${field}: `}${message}`,
  );
}

/** With `generateName` the API server makes up a name, which may not be there yet. */
function withName(given: z.infer<typeof object>, name: string | undefined): KubernetesObject {
  const { generateName } = given.metadata;
  const made = given.metadata.name || name || (generateName === undefined ? '' : `${generateName}x`);
  return { ...given, metadata: { ...given.metadata, name: made } };
}
