import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { Problem } from '@portolan/resources/problem';
import { hasCode, type ApiError } from '../client/api-error.ts';
import { formatResource, type ApiResource } from '../client/api-resource.ts';

/** Returns the problem of a write that was refused; null when the object only changed meanwhile, so that it is looked at again. */
export function writeProblem(
  object: KubernetesObject,
  resource: ApiResource,
  error: unknown,
): Problem | null {
  if (hasCode(error, 409)) return conflictProblem(object, error);
  const why = error instanceof Error ? error.message : String(error);
  if (hasCode(error, 403))
    return problemOf(object, 'missing-right', {
      message: `the agent may not write ${formatResource(resource)}: ${why}`,
      fix: 'grant the right that portolan-agent rights prints, or switch the feature off',
    });
  return problemOf(object, 'write-failed', { message: `cannot be written to the cluster: ${why}` });
}

/** Returns the problem of an object whose name a user's object has. */
export function nameTaken(object: KubernetesObject, found: KubernetesObject): Problem {
  const { kind, metadata } = object;
  const managers = managersOf(found);
  const by = managers.length === 0 ? '' : ` (managed by ${managers.join(', ')})`;
  return problemOf(object, 'name-taken', {
    message: `the agent wants to create ${kind} ${metadata.name}, but one that it did not create exists${by}; it is left as it is`,
    fix: `rename or delete that ${kind}`,
  });
}

/** Returns the problem of an object that another controller changes back each time. */
export function contested(object: KubernetesObject, live: KubernetesObject | null): Problem {
  const managers = managersOf(live).filter((name) => name !== 'portolan-agent');
  return problemOf(object, 'contested', {
    message: `another controller changes it back each time${managers.length === 0 ? '' : ` (fields are managed by ${managers.join(', ')})`}; the agent leaves it alone for ten minutes`,
    fix: 'let one of them manage it',
  });
}

/** A conflict of server-side apply names each field and its manager: `conflict with "helm" using v1`. */
function conflictProblem(object: KubernetesObject, error: ApiError): Problem | null {
  const [cause] = error.causes.filter(({ reason }) => reason === 'FieldManagerConflict');
  const manager = /conflict with "([^"]+)"/.exec(cause?.message ?? '')?.[1];
  if (cause === undefined || manager === undefined) return null;
  const field = cause.field?.replace(/^\./, '');
  return problemOf(object, 'field-conflict', {
    ...(field === undefined ? {} : { field }),
    message: `the field is managed by "${manager}", so the agent does not change it`,
    fix: `set it there, or let "${manager}" give up the field`,
  });
}

function managersOf(live: KubernetesObject | null): readonly string[] {
  const entries = live?.metadata['managedFields'];
  if (!Array.isArray(entries)) return [];
  return [...new Set(entries.flatMap((entry: { manager?: string }) => entry.manager ?? []))];
}

function problemOf(
  object: KubernetesObject,
  code: string,
  rest: { readonly message: string; readonly fix?: string; readonly field?: string },
): Problem {
  const { kind, metadata } = object;
  const { namespace, name } = metadata;
  return {
    code,
    severity: 'error',
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...rest,
  };
}
