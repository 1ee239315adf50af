import type { KubernetesObject } from '../../kinds/object.ts';
import { defineKind } from '../define-kind.ts';
import type { KindCompiler } from '../unit.ts';

/** Kinds that are read but not served, each with what to do instead; leaving them out in silence would mislead. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  IngressRouteTCP: 'only HTTP is routed here; expose TCP by a Service of type LoadBalancer',
  IngressRouteUDP: 'only HTTP is routed here; expose UDP by a Service of type LoadBalancer',
  MiddlewareTCP: 'only HTTP is routed here; use ipAllowList or inFlightReq in a Middleware',
  ServersTransportTCP: 'only HTTP is routed here; use a ServersTransport',
};

/** One compiler for each unsupported kind, which only says so. */
export const unsupportedKinds: readonly KindCompiler[] = Object.entries(UNSUPPORTED).map(([kind, advice]) =>
  defineKind<KubernetesObject>({
    type: `${kind}.traefik.io`,
    parse: (object) => ({ spec: object }),
    compile({ reader }) {
      const [reason = '', fix = ''] = advice.split('; ');
      reader.warn('unsupported', 'kind', { message: `${kind} is not served: ${reason}`, fix });
      return {};
    },
  }),
);
