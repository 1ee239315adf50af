import {
  filterRows,
  lengthRows,
  openApiRows,
  placeAt,
  referenceRows,
  repeat,
  selectorRows,
} from './fragment-rows.ts';
import type { Row } from './row.ts';

/** What every connection to a directory needs. */
export const ldapPart = 'url: "ldap://d", baseDn: "dc=d"';

/** Rows, for tests, of the parts that several kinds of generation v3 have. */
export const v3PartRows: readonly Row[] = [
  ...(['API', 'APIVersion'] as const).flatMap((kind): readonly Row[] => {
    const place = placeAt(kind, 'openApiSpec', kind === 'API' ? '' : 'release: 1.0.0');
    const { field, wrap } = place;
    return [
      ...openApiRows(place),
      [kind, wrap('{path: /o, override: {}}'), `${field}.override.servers: Required value`],
      [
        kind,
        wrap('{path: /o, override: {servers: []}}'),
        `${field}.override.servers: Invalid value: 0: ${field}.override.servers in body should have at least 1 items`,
      ],
      [
        kind,
        wrap('{path: /o, override: {servers: [{}, {url: x}]}}'),
        `${field}.override.servers[0].url: Required value`,
        `${field}.override.servers[1].url: Invalid value: "x": must be a valid URL`,
      ],
      [
        kind,
        wrap(`{path: /o, override: {servers: ${repeat(101, () => '{url: "https://a"}')}}}`),
        `${field}.override.servers: Too many: 101: must have at most 100 items`,
      ],
      [
        kind,
        wrap('{path: /o, refreshInterval: 59s}'),
        `${field}.refreshInterval: Invalid value: "59s": must be at least 1m`,
      ],
    ];
  }),
  ...(
    [
      ['APIAccess', ''],
      ['APIBundle', ''],
      ['APICatalogItem', 'everyone: true'],
      ['APIRateLimit', 'limit: 1'],
      ['ManagedSubscription', 'apiPlan: {name: p}'],
    ] as const
  ).flatMap(([kind, others]) => [
    ...referenceRows(placeAt(kind, 'apis', others), 'duplicated apis'),
    ...selectorRows(placeAt(kind, 'apiSelector', others)),
  ]),
  ...(
    [
      ['APIAccess', '', ''],
      ['APICatalogItem', 'everyone: true', 'everyone: true'],
      ['ManagedSubscription', 'apiPlan: {name: p}', ''],
    ] as const
  ).flatMap(([kind, others, without]): readonly Row[] => [
    ...referenceRows(placeAt(kind, 'apiBundles', others), 'duplicated apiBundles'),
    ...filterRows(placeAt(kind, 'operationFilter', others)),
    ...lengthRows(placeAt(kind, 'apiPlan.name', without), 253),
    [kind, placeAt(kind, 'apiPlan', without).wrap('{}'), 'spec.apiPlan.name: Required value'],
  ]),
  ...referenceRows(
    placeAt('ManagedSubscription', 'managedApplications', 'apiPlan: {name: p}'),
    'duplicated managed applications',
  ),
  ...selectorRows(placeAt('ManagedSubscription', 'managedApplicationSelector', 'apiPlan: {name: p}')),
  ...lengthRows(placeAt('APIVersion', 'title', 'release: 1.0.0'), 253),
  ...lengthRows(placeAt('APIVersion', 'release'), 100),
  ...lengthRows(placeAt('APIPortal', 'auth.name', 'trustedUrls: ["https://a"]'), 253),
  ...lengthRows(placeAt('ManagedApplication', 'appId', 'owner: o'), 253),
  ...lengthRows(placeAt('ManagedApplication', 'owner', 'appId: a'), 253),
  ...lengthRows(
    placeAt('ContentItem', 'title', 'order: 0, content: c, parentRef: {kind: API, name: a}'),
    253,
  ),
  ...lengthRows(
    {
      kind: 'ContentItem',
      field: 'spec.parentRef.name',
      wrap: (part) => `{title: T, order: 0, content: c, parentRef: {kind: API, name: ${part}}}`,
    },
    253,
  ),
  ...lengthRows(placeAt('Uplink', 'exposeName'), 253),
  ...lengthRows(
    {
      kind: 'APIAuth',
      field: 'spec.jwt.signingSecretName',
      wrap: (part) => `{isDefault: true, jwt: {appIdClaim: a, signingSecretName: ${part}}}`,
    },
    253,
  ),
  ...lengthRows(
    {
      kind: 'APIAuth',
      field: 'spec.ldap.bindPasswordSecretName',
      wrap: (part) => `{isDefault: true, ldap: {${ldapPart}, bindPasswordSecretName: ${part}}}`,
    },
    253,
  ),
  ...lengthRows(
    {
      kind: 'APIPortalAuth',
      field: 'spec.ldap.bindPasswordSecretName',
      wrap: (part) => `{ldap: {${ldapPart}, bindPasswordSecretName: ${part}}}`,
    },
    253,
  ),
  ...lengthRows(
    {
      kind: 'APIPortalAuth',
      field: 'spec.oidc.secretName',
      wrap: (part) => `{oidc: {issuerUrl: "https://i", claims: {groups: g}, secretName: ${part}}}`,
    },
    253,
  ),
  ...lengthRows(
    {
      kind: 'ManagedApplication',
      field: 'spec.apiKeys[0].secretName',
      wrap: (part) => `{appId: a, owner: o, apiKeys: [{secretName: ${part}}]}`,
    },
    253,
  ),
  ...lengthRows(
    {
      kind: 'ManagedSubscription',
      field: 'spec.applications[0].appId',
      wrap: (part) => `{apiPlan: {name: p}, applications: [{appId: ${part}}]}`,
    },
    253,
  ),
];
