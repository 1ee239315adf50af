import type { ManagedSubscription } from '../../../generated/v3/managed-subscription.ts';
import type { CatalogueSubscription } from '../../../model/catalogue.ts';
import { defineKind } from '../../define-kind.ts';
import type { Reader } from '../../reader.ts';
import type { Resolved } from '../../unit.ts';
import { claimsFault } from '../jwt-policy.ts';
import { keysIn, managedKey, warnOfMissing } from '../managed-keys.ts';
import { findPlan } from './api-plan.ts';
import { APPROVAL_ANNOTATION, type Approval, approvalOf } from './approval.ts';
import { relateReach, type Right, rightOrProblem, warnOfReach } from './rights.ts';

export const managedSubscriptionKind = defineKind<ManagedSubscription>({
  type: 'ManagedSubscription.hub.traefik.io',
  relate: (object, { spec }) => [
    ...relateReach(object, spec),
    {
      relation: 'subscription-application',
      selection: {
        selector: spec.managedApplicationSelector,
        keys: keysIn('ManagedApplication', object.metadata.namespace ?? '', spec.managedApplications),
        namespace: object.metadata.namespace ?? '',
      },
    },
  ],
  compile({ object, spec: { spec }, reader }) {
    warnOfReach(reader, spec);
    const listed = keysIn('ManagedApplication', reader.self.namespace, spec.managedApplications);
    warnOfMissing(reader, 'spec.managedApplications', listed);
    const approval = approvalOf(object);
    const catalogue = entryOf(spec, approval, reader);
    if (approval !== 'approved') {
      reader.warn('not-approved', `metadata.annotations[${APPROVAL_ANNOTATION}]`, {
        message: `the subscription is ${approval}, so it gives no access`,
        fix: 'approve it (portolan subscription approve), or remove the annotation',
      });
      return { catalogue };
    }
    const applications = applicationsOf(spec, reader);
    if (applications.length === 0) {
      reader.warn('no-effect', 'spec.managedApplications', {
        message: 'names no application that exists, so no one may call',
        fix: 'list ManagedApplications of its namespace, or select them by label',
      });
    }
    const faulty = claimsFault(spec.claims);
    if (faulty !== null) return { ...rightOrProblem(reader, 'spec.claims', faulty), catalogue };
    return { ...rightOrProblem(reader, 'spec.apiPlan', rightOf(spec, applications, reader)), catalogue };
  },
});

function entryOf(
  spec: ManagedSubscription['spec'],
  approval: Approval,
  reader: Reader,
): CatalogueSubscription {
  return {
    kind: 'subscription',
    source: reader.self,
    applications: reader.targets('subscription-application'),
    appIds: (spec.applications ?? []).map(({ appId }) => appId),
    apis: reader.targets('access-api'),
    bundles: reader.targets('access-bundle'),
    plan: managedKey('APIPlan', spec.apiPlan.name, reader.self.namespace),
    weight: spec.weight ?? 0,
    approval,
    isRemote: reader.isRemote,
  };
}

function rightOf(
  spec: ManagedSubscription['spec'],
  applications: readonly string[],
  reader: Reader,
): Resolved<Right> {
  const plan = findPlan(reader, spec.apiPlan.name);
  if (!plan.ok) return plan;
  return {
    ok: true,
    value: {
      access: reader.self,
      groups: [],
      applications,
      operations: spec.operationFilter === undefined ? null : (spec.operationFilter.include ?? []),
      ...(spec.claims ? { claims: spec.claims } : {}),
      weight: spec.weight ?? 0,
      plan: plan.value,
    },
  };
}

/** Ids of the applications that exist and are the only ones of their id, and of those named by id. */
function applicationsOf(spec: ManagedSubscription['spec'], reader: Reader): string[] {
  const managed = reader.targets('subscription-application').flatMap((key) => {
    const application = reader.result<string>(key);
    return application?.ok === true ? [application.value] : [];
  });
  return [...new Set([...(spec.applications ?? []).map(({ appId }) => appId), ...managed])].toSorted();
}
