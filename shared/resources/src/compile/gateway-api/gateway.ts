import { GATEWAY_GROUP, type Gateway, type GatewayClass, type Listener } from '../../kinds/gateway-shapes.ts';
import { certificatesOf } from '../core/ingress-certificates.ts';
import { defineKind } from '../define-kind.ts';
import type { Reader } from '../reader.ts';
import type { UnitOutput } from '../unit.ts';

/** Ours, and Traefik's own, so that its manifests work unchanged. */
const CONTROLLERS: ReadonlySet<string> = new Set([
  'portolan.dev/gateway-controller',
  'traefik.io/gateway-controller',
]);

/** A listener that HTTPRoutes can be attached to. */
export interface ServedListener {
  readonly name: string;
  /** Null: any. `*.example.com` covers any number of labels. */
  readonly hostname: string | null;
  readonly port: number;
  readonly scheme: 'http' | 'https';
  readonly allowsAllNamespaces: boolean;
}

export const gatewayClassKind = defineKind<GatewayClass>({
  type: `GatewayClass.${GATEWAY_GROUP}`,
  compile: () => ({}),
});

export const gatewayKind = defineKind<Gateway>({
  type: `Gateway.${GATEWAY_GROUP}`,
  compile({ spec: { spec }, reader }) {
    const listeners = isOurs(spec.gatewayClassName, reader) ? spec.listeners : [];
    const served = listeners.flatMap((listener, index) => readListener(listener, index, reader));
    return { value: { ok: true, value: served }, ...certificates(listeners, reader) };
  },
});

/** Gateways of other controllers are none of ours, which is no problem; a class that is not there may be a slip. */
function isOurs(className: string, reader: Reader): boolean {
  const found = reader.find<GatewayClass>({
    group: GATEWAY_GROUP,
    kind: 'GatewayClass',
    namespace: '',
    name: className,
  });
  if (found !== null) return CONTROLLERS.has(found.spec.spec.controllerName);
  reader.warn('missing-reference', 'spec.gatewayClassName', {
    message: `GatewayClass "${className}" does not exist; the Gateway is not served`,
    fix: `create it with spec.controllerName: ${[...CONTROLLERS].join(' or ')}`,
  });
  return false;
}

function readListener(listener: Listener, index: number, reader: Reader): ServedListener[] {
  const field = `spec.listeners[${index}]`;
  const refuse = (at: string, message: string, fix: string): ServedListener[] => {
    reader.error('unsupported', `${field}${at}`, { message, fix });
    return [];
  };
  const { protocol, allowedRoutes, tls } = listener;
  if (protocol !== 'HTTP' && protocol !== 'HTTPS')
    return refuse('.protocol', `${protocol} is not served: only HTTP and HTTPS are`, 'write HTTP or HTTPS');
  if (tls?.mode === 'Passthrough')
    return refuse('.tls.mode', 'TLS is not passed through; the listener is not served', 'write Terminate');
  const kinds = allowedRoutes?.kinds ?? [];
  if (kinds.length > 0 && !kinds.some(({ kind }) => kind === 'HTTPRoute'))
    return refuse('.allowedRoutes.kinds', 'only HTTPRoutes are served', 'allow HTTPRoute');
  const from = allowedRoutes?.namespaces?.from ?? 'Same';
  if (from === 'None') return [];
  if (from === 'Selector')
    reader.error('unsupported', `${field}.allowedRoutes.namespaces.from`, {
      message:
        'namespaces are not selected by label: only routes of the namespace of the Gateway are attached',
      fix: 'write Same or All',
    });
  return [
    {
      name: listener.name,
      hostname: listener.hostname?.toLowerCase() || null,
      port: listener.port,
      scheme: protocol === 'HTTPS' ? 'https' : 'http',
      allowsAllNamespaces: from === 'All',
    },
  ];
}

/** Certificates of the listeners' hosts, else of the hosts they name themselves. */
function certificates(listeners: readonly Listener[], reader: Reader): Pick<UnitOutput, 'certificates'> {
  const entries = listeners.flatMap(({ hostname, tls }, index) =>
    (tls?.certificateRefs ?? []).flatMap(
      ({ name, namespace = reader.self.namespace, kind = 'Secret' }, at) => {
        if (namespace === reader.self.namespace && kind === 'Secret')
          return [{ hosts: hostname === undefined ? [] : [hostname], secretName: name }];
        reader.error('unsupported', `spec.listeners[${index}].tls.certificateRefs[${at}]`, {
          message: 'only Secrets of the namespace of the Gateway are read; the certificate is not used',
          fix: 'copy the Secret into the namespace of the Gateway',
        });
        return [];
      },
    ),
  );
  return certificatesOf(reader, entries, 'spec.listeners');
}
