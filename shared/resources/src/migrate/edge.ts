import type { ApiPortal } from '../generated/v2/api-portal.ts';
import type { EdgeIngress } from '../generated/v2/edge-ingress.ts';
import { POLICY_ANNOTATION } from '../compile/hub/access-policy.ts';
import { PORTAL_ANNOTATION } from '../compile/hub/portal-annotation.ts';
import { DOMAINS_ANNOTATION, EDGE_ANNOTATION } from '../kinds/edge-annotation.ts';
import type { KubernetesObject } from '../kinds/object.ts';
import { hubManifest, labelOf, traefikManifest } from './manifest.ts';
import { apiRoutesOf, customDomainsOf, type MigrationContext } from './context.ts';

/** Returns the annotations that reach routes at the edge, under the name and custom domains of an object of v2. */
export function edgeAnnotations(object: KubernetesObject): Record<string, string> {
  const custom = customDomainsOf(object);
  return {
    [EDGE_ANNOTATION]: labelOf(object.metadata.name),
    ...(custom.length === 0 ? {} : { [DOMAINS_ANNOTATION]: custom.join(',') }),
  };
}

/** Returns the host part of a rule: custom domains, else a name that nobody can call. */
export function hostRuleOf(object: KubernetesObject): string {
  const custom = customDomainsOf(object);
  const hosts = custom.length === 0 ? [`${object.metadata.name}.edge.invalid`] : custom;
  const rules = hosts.map((host) => `Host(\`${host}\`)`);
  return rules.length === 1 ? rules.join('') : `(${rules.join(' || ')})`;
}

/** An EdgeIngress becomes a route that is reached at the edge. */
export function migrateEdgeIngress(object: KubernetesObject, context: MigrationContext): KubernetesObject[] {
  const { spec } = object as unknown as EdgeIngress;
  const { name, namespace = 'default' } = object.metadata;
  context.note(object, 'its generated host at the edge is another one in v3; custom domains stay');
  const annotations = {
    ...edgeAnnotations(object),
    ...(spec.acp === undefined ? {} : { [POLICY_ANNOTATION]: spec.acp.name }),
  };
  return [
    traefikManifest(
      'IngressRoute',
      { name, namespace, annotations },
      {
        routes: [
          {
            kind: 'Rule',
            match: hostRuleOf(object),
            services: [{ name: spec.service.name, port: spec.service.port }],
          },
        ],
      },
    ),
  ];
}

/** A portal shows what its own namespace holds: it is kept where the APIs of its gateway are in one. */
export function migratePortal(object: KubernetesObject, context: MigrationContext): KubernetesObject[] {
  const { spec } = object as unknown as ApiPortal;
  const { name } = object.metadata;
  const namespaces = new Set(
    apiRoutesOf(context.model)
      .filter(({ api }) => api.gateway?.name === spec.apiGateway)
      .map(({ api }) => api.api.namespace),
  );
  const [namespace, ...more] = namespaces;
  if (namespace === undefined || more.length > 0) {
    const where = [...namespaces].join(', ') || 'none';
    context.note(
      object,
      `a portal of v3 shows the APIs of one namespace, and those of its gateway are in ${where}; it was left out`,
    );
    return [];
  }
  if (spec.ui?.service !== undefined)
    context.note(
      object,
      'a Service of its own for the pages does not exist in v3; the built-in pages are shown',
    );
  const [domain = `${name}.edge.invalid`] = customDomainsOf(object);
  const annotations = { ...edgeAnnotations(object), [PORTAL_ANNOTATION]: name };
  return [
    hubManifest(
      'APIPortal',
      { name, namespace },
      {
        title: spec.title,
        description: spec.description,
        trustedUrls: [`https://${domain}`],
        ui: spec.ui?.logoUrl === undefined ? undefined : { logoUrl: spec.ui.logoUrl },
      },
    ),
    traefikManifest(
      'IngressRoute',
      { name: labelOf('portal', name), namespace, annotations },
      {
        routes: [{ kind: 'Rule', match: hostRuleOf(object), services: [{ name: 'apiportal', port: 9903 }] }],
      },
    ),
  ];
}
