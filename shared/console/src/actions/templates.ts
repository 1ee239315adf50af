/** Manifests to begin from; what has to be replaced is in capitals. */
export interface Template {
  readonly name: string;
  readonly about: string;
  /** Lists it is offered in besides that of all resources. */
  readonly kinds: readonly string[];
  readonly text: string;
}

const HUB = 'apiVersion: hub.traefik.io/v1alpha1';

export const TEMPLATES: readonly Template[] = [
  {
    name: 'API',
    about: 'an HTTP API in front of a Service',
    kinds: ['apis'],
    text: `# An API: requests below pathPrefix go to the Service. Who may call it is said by an APIAccess (A grants it to a group).
${HUB}
kind: API
metadata:
  name: NAME
  namespace: default
spec:
  pathPrefix: /PATH
  service:
    name: SERVICE
    port:
      number: 80
    # openApiSpec:
    #   path: /openapi.json
`,
  },
  {
    name: 'API with versions',
    about: 'an API and its first version',
    kinds: ['apis', 'versions'],
    text: `# A versioned API: a version without routes answers at pathPrefix itself, others by their routes.
${HUB}
kind: API
metadata:
  name: NAME
  namespace: default
spec:
  pathPrefix: /PATH
  currentVersion: NAME-v1
---
${HUB}
kind: APIVersion
metadata:
  name: NAME-v1
  namespace: default
spec:
  apiName: NAME
  release: v1.0.0
  service:
    name: SERVICE
    port:
      number: 80
`,
  },
  {
    name: 'APIVersion',
    about: 'one more version of an API',
    kinds: ['versions'],
    text: `# One more version. It becomes the current one when the API names it in spec.currentVersion.
${HUB}
kind: APIVersion
metadata:
  name: NAME-v2
  namespace: default
spec:
  apiName: NAME
  release: v2.0.0
  stripPathPrefix: true
  routes:
    - pathPrefix: /v2
  service:
    name: SERVICE
    port:
      number: 80
`,
  },
  {
    name: 'APIAccess',
    about: 'groups that may call APIs',
    kinds: ['access'],
    text: `# Groups that may call APIs. It has effect once an APIGateway lists it in spec.apiAccesses.
${HUB}
kind: APIAccess
metadata:
  name: NAME
spec:
  groups: [GROUP]
  apis:
    - name: API
      namespace: default
`,
  },
  {
    name: 'APIRateLimit',
    about: 'how often groups may call APIs',
    kinds: ['access'],
    text: `# How often. anyGroups: true stands for everyone, in place of groups; apiSelector: {} for all APIs, in place of apis.
${HUB}
kind: APIRateLimit
metadata:
  name: NAME
spec:
  limit: 100
  period: 1m
  strategy: local
  groups: [GROUP]
  apis:
    - name: API
      namespace: default
`,
  },
  {
    name: 'APIGateway',
    about: 'a public address, and the accesses that count there',
    kinds: ['access'],
    text: `# What the outside reaches: a domain is generated for it, and only the accesses named here count.
${HUB}
kind: APIGateway
metadata:
  name: NAME
spec:
  apiAccesses:
    - ACCESS
`,
  },
  {
    name: 'APICollection',
    about: 'APIs reached under one prefix and granted together',
    kinds: ['access'],
    text: `${HUB}
kind: APICollection
metadata:
  name: NAME
spec:
  pathPrefix: /PATH
  apiSelector:
    matchLabels:
      area: AREA
`,
  },
  {
    name: 'Anything',
    about: 'an empty page for any manifests',
    kinds: [],
    text: `# Any manifests this platform understands, separated by ---. They are applied together or not at all.
`,
  },
];
