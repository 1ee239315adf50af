/** Values that a release of the agent needs, and with which it is complete. */
export const AGENT_SCENARIOS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'without a platform': {},
  'a token in a Secret': { platformUrl: 'https://platform.example.com', token: { existingSecret: 'token' } },
  'a token in the values': { platformUrl: 'https://platform.example.com', token: { value: 'secret' } },
  'some namespaces': { mode: 'namespaces', namespaces: ['shop', 'billing'] },
  'reading alone': { mode: 'readOnly' },
  'generation v3': { generation: 'v3' },
  'an admission webhook': { admission: { enabled: true, apiGroups: ['hub.traefik.io', 'traefik.io'] } },
  'Traefik in front': {
    traefik: {
      entryPoints: ['web'],
      tlsEntryPoints: ['websecure'],
      tunnel: 'tunnel=traefik.traefik.svc:9901',
      proxyProtocol: true,
    },
  },
  'features left out': { disabledFeatures: ['events', 'traefik-routes', 'platform-objects'] },
  'no CustomResourceDefinitions': { crds: { generation: 'none' } },
  everything: {
    platformUrl: 'https://platform.example.com',
    token: { existingSecret: 'token' },
    autoscaling: { enabled: true },
    admission: { enabled: true, failurePolicy: 'Fail' },
    networkPolicy: { egress: [{ to: [{ namespaceSelector: {} }] }] },
    image: { digest: `sha256:${'0'.repeat(64)}` },
    imagePullSecrets: [{ name: 'pull' }],
    global: { imageRegistry: 'registry.example.com/mirror' },
    service: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', annotations: { 'example.com/a': 'b' } },
    tunnelCa: { existingSecret: 'ca' },
    redis: { existingSecret: 'redis' },
    trustedProxies: ['10.0.0.0/8'],
    priorityClassName: 'system-cluster-critical',
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    podLabels: { team: 'gateway' },
  },
};

const platform = {
  publicUrl: 'https://platform.example.com',
  database: { existingSecret: 'database' },
  secrets: { existingSecret: 'secrets' },
};
const broker = (id: string) => ({
  id,
  region: id,
  publicUrl: `wss://${id}.example.com:8443`,
  credential: { existingSecret: `${id}-credential` },
  tls: { existingSecret: `${id}-tls` },
});

export const PLATFORM_SCENARIOS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'the platform alone': { platform },
  'with three brokers': { platform, brokers: ['eu', 'us', 'ap'].map(broker) },
  'brokers of another region': {
    platform: { enabled: false },
    brokers: [broker('sa')],
    brokerDefaults: { platformUrl: 'https://platform.example.com' },
  },
  everything: {
    platform: {
      ...platform,
      edgeDomain: 'edge.example.com',
      allowAddresses: 'private',
      dnsServers: ['192.0.2.53'],
      mail: { existingSecret: 'mail', from: 'Portolan <portolan@example.com>' },
      ingress: { enabled: true, className: 'nginx', tls: { existingSecret: 'certificate' } },
    },
    brokers: [{ ...broker('eu'), service: { annotations: { 'example.com/a': 'b' } } }],
  },
};
