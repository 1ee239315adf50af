import type { ObjectOwner } from '@portolan/contract/resources';
import type { SourcedObject } from '@portolan/resources/manifests/load';

const GITOPS_LABELS: readonly { readonly label: string; readonly tool: string }[] = [
  { label: 'argocd.argoproj.io/instance', tool: 'Argo CD' },
  { label: 'kustomize.toolkit.fluxcd.io/name', tool: 'Flux' },
  { label: 'helm.toolkit.fluxcd.io/name', tool: 'Flux' },
];
/** `<application>:<group>/<kind>:<namespace>/<name>`, Argo CD's default way of tracking since version 3. */
const ARGO_TRACKING = 'argocd.argoproj.io/tracking-id';

/** Returns who may change an object: the platform, a GitOps tool that marked it, or the file or cluster it was read from. */
export function ownerOf(sourced: SourcedObject): ObjectOwner {
  const { origin } = sourced;
  if (origin.kind === 'platform') return origin;
  const { labels = {}, annotations = {} } = sourced.object.metadata;
  const tracking = annotations[ARGO_TRACKING];
  if (tracking) return { kind: 'gitops', tool: 'Argo CD', application: tracking.split(':')[0] ?? tracking };
  for (const { label, tool } of GITOPS_LABELS) {
    const application = labels[label];
    if (application) return { kind: 'gitops', tool, application };
  }
  return origin;
}
