import { dictionary } from '@portolan/contract/dictionary';
import { isRecord, type KubernetesObject } from '@portolan/resources/kinds/object';

/** Programs that serve Ingresses and can ask the agent whether a request may pass. */
export type IngressController = 'traefik' | 'nginx';

const CONTROLLERS = dictionary<IngressController>({
  'traefik.io/ingress-controller': 'traefik',
  'k8s.io/ingress-nginx': 'nginx',
});
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const DEFAULT_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';

/**
 * Returns the controller that serves an Ingress: by its class, by the annotation that classes replaced, or by the cluster's
 * default class; a text that says why none is known.
 */
export function controllerOf(
  ingress: KubernetesObject,
  classes: readonly KubernetesObject[],
): IngressController | { readonly unknown: string } {
  const { spec, metadata } = ingress;
  const named = isRecord(spec) ? spec['ingressClassName'] : undefined;
  if (typeof named === 'string') return byClass(named, classes);
  const annotated = metadata.annotations?.[CLASS_ANNOTATION];
  if (annotated === 'traefik' || annotated === 'nginx') return annotated;
  if (annotated) return byClass(annotated, classes);
  const defaults = classes.filter((each) => each.metadata.annotations?.[DEFAULT_ANNOTATION] === 'true');
  const [only] = defaults;
  if (only === undefined) return { unknown: 'it names no IngressClass, and the cluster has no default one' };
  if (defaults.length > 1)
    return { unknown: 'it names no IngressClass, and the cluster has several default ones' };
  return byClass(only.metadata.name, classes);
}

function byClass(
  name: string,
  classes: readonly KubernetesObject[],
): IngressController | { readonly unknown: string } {
  const found = classes.find(({ metadata }) => metadata.name === name);
  if (found === undefined) return { unknown: `IngressClass "${name}" does not exist` };
  const controller = isRecord(found.spec) ? found.spec['controller'] : undefined;
  const known = typeof controller === 'string' ? CONTROLLERS[controller] : undefined;
  return (
    known ?? { unknown: `the controller ${String(controller)} of IngressClass "${name}" cannot ask for it` }
  );
}
