import { dictionary } from '@portolan/contract/dictionary';
import { classifyAddress, normalizeAddress } from '@portolan/contract/address-class';
import { valuesAt } from '../check/values-at.ts';
import type { KubernetesObject } from '../kinds/object.ts';
import { typeOf } from './reader.ts';
import type { Fault } from './unit.ts';

/** Fields that name what the gateway connects to or reads, by kind; those of Services may also hold a host name. */
const ADDRESSES = dictionary<readonly string[]>({
  'Service.': ['spec.externalName'],
  'Endpoints.': ['subsets[].addresses[].ip', 'subsets[].notReadyAddresses[].ip'],
  'EndpointSlice.discovery.k8s.io': ['endpoints[].addresses[]'],
});
const URLS = dictionary<readonly string[]>({
  'API.hub.traefik.io': ['spec.service.openApiSpec.url', 'spec.openApiSpec.url'],
  'APIVersion.hub.traefik.io': ['spec.service.openApiSpec.url', 'spec.openApiSpec.url'],
  'APIAuth.hub.traefik.io': ['spec.jwt.jwksUrl', 'spec.jwt.trustedIssuers[].jwksUrl', 'spec.ldap.url'],
  'APIPortalAuth.hub.traefik.io': ['spec.oidc.issuerUrl', 'spec.ldap.url'],
  'AccessControlPolicy.hub.traefik.io': [
    'spec.jwt.jwksUrl',
    'spec.oidc.issuer',
    'spec.oAuthIntro.clientConfig.url',
  ],
  'Middleware.traefik.io': ['spec.forwardAuth.address'],
  'Middleware.traefik.containo.us': ['spec.forwardAuth.address'],
});
/** The API server as pods find it by DNS, and Services of the namespaces that Kubernetes reserves for itself. */
const CONTROL_PLANE_NAME =
  /^(?:kubernetes|kubernetes\.default(?:\.svc(?:\..+)?)?|[^.]+\.kube-[^.]+(?:\.svc(?:\..+)?)?)$/;
/** Content, or the path of a file of the agent's machine. */
const FILES = dictionary<readonly string[]>({
  'AccessControlPolicy.hub.traefik.io': ['spec.jwt.jwksFile'],
  'APIAuth.hub.traefik.io': ['spec.jwt.jwksFile'],
});

/**
 * Returns the fields of an object made on the platform that lead to the agent's own machine, its link or a metadata
 * service of a cloud, or to a file: its editors need not have access to the machine. Kubernetes refuses such addresses
 * of endpoints from everyone. Host names are checked when they are connected to.
 */
export function destinationFaults(object: KubernetesObject): readonly Fault[] {
  const type = typeOf(object);
  const texts = (table: Readonly<Record<string, readonly string[]>>) =>
    (table[type] ?? [])
      .flatMap((path) => valuesAt(object, path))
      .flatMap(({ value, field }) => (typeof value === 'string' && value !== '' ? [{ value, field }] : []));
  return [
    ...texts(ADDRESSES).flatMap(({ value, field }) => hostFault(field, value, value)),
    ...texts(URLS).flatMap(({ value, field }) => {
      const url = URL.parse(value);
      return url === null ? [] : hostFault(field, value, url.hostname);
    }),
    ...texts(FILES)
      .filter(({ value }) => !value.trimStart().startsWith('{'))
      .map(({ field }) =>
        fault(
          field,
          'must be the content of a file: objects made on the platform cannot read files',
          'paste the content',
        ),
      ),
  ];
}

function hostFault(field: string, value: string, host: string): readonly Fault[] {
  // As resolvers read it: 127.1, 2130706433 and 0x7f000001 are 127.0.0.1.
  const canonical = URL.parse(
    `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}`,
  )?.hostname;
  const bare = (canonical ?? host)
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  if (CONTROL_PLANE_NAME.test(bare))
    return [
      fault(
        field,
        `Invalid value: "${value}": may not be a name of the control plane (kubernetes.default, *.kube-*) in an object made on the platform`,
        'use a name that is reached over the network, or declare the object in the cluster itself',
      ),
    ];
  const isLocalName = bare === 'localhost' || bare.endsWith('.localhost');
  const isAddress = normalizeAddress(bare) !== null;
  const addressClass = isLocalName ? 'loopback' : isAddress ? classifyAddress(bare) : 'public';
  if (addressClass === 'public' || addressClass === 'private') return [];
  const range =
    addressClass === 'loopback'
      ? 'may not be in the loopback range (127.0.0.0/8, ::1/128)'
      : 'may not be a link-local, multicast, unspecified or reserved address, or that of a metadata service';
  return [
    fault(
      field,
      `Invalid value: "${value}": ${range} in an object made on the platform`,
      'use an address that is reached over the network, or declare the object in the cluster itself',
    ),
  ];
}

function fault(field: string, message: string, fix: string): Fault {
  return { code: 'forbidden-destination', field, message, fix };
}
