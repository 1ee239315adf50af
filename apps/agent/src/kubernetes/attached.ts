import { isRecord, type KubernetesObject } from '@portolan/resources/kinds/object';

/** Names the Middleware that the agent attached to a user's object, so that it can take that back. */
export const ATTACHED = 'portolan.dev/attached';
/** Middlewares of an Ingress that Traefik serves: `NAMESPACE-NAME@kubernetescrd`, with commas between. */
export const ROUTER_MIDDLEWARES = 'traefik.ingress.kubernetes.io/router.middlewares';

/**
 * Returns an object as its user wrote it: without the Middleware by which another proxy asks the agent. The agent's own gateway
 * decides by itself, and would otherwise ask itself about what it has decided.
 */
export function withoutAttached(object: KubernetesObject): KubernetesObject {
  const attached = object.metadata.annotations?.[ATTACHED];
  if (attached === undefined) return object;
  const annotations = Object.fromEntries(
    Object.entries(object.metadata.annotations ?? {}).flatMap(([name, value]) => {
      if (name === ATTACHED) return [];
      if (name !== ROUTER_MIDDLEWARES) return [[name, value]];
      const others = value.split(',').filter((one) => one.trim() !== attached);
      return others.length === 0 ? [] : [[name, others.join(',')]];
    }),
  );
  const { spec } = object;
  return {
    ...object,
    metadata: { ...object.metadata, annotations },
    ...(isRecord(spec) && Array.isArray(spec['routes'])
      ? { spec: { ...spec, routes: spec['routes'].map((route) => withoutMiddleware(route, attached)) } }
      : {}),
  };
}

function withoutMiddleware(route: unknown, attached: string): unknown {
  if (!isRecord(route) || !Array.isArray(route['middlewares'])) return route;
  const { middlewares, ...rest } = route;
  const others = (middlewares as readonly unknown[]).filter(
    (one) => !isRecord(one) || one['name'] !== attached,
  );
  return others.length === 0 ? rest : { ...rest, middlewares: others };
}
