import { ageColumn } from './age-column.ts';
import {
  getDomain,
  listDomains,
  type DnsRecord,
  type Domain,
  type DomainDetail,
} from '@portolan/contract/domains';
import { parseKey } from '@portolan/resources/kinds/object';
import type { Tone } from '../tone.ts';
import { toned, type Block } from './block.ts';
import { formatAge, formatTime, formatUntil } from './format.ts';
import type { Kind } from './kind.ts';

const TONES: Readonly<Record<Domain['state'], Tone>> = {
  served: 'ok',
  verified: 'ok',
  pending: 'warn',
  'at-risk': 'warn',
  lost: 'bad',
};

const MEANING: Readonly<Record<Domain['state'], string>> = {
  served: 'served; needs no proof of ownership',
  verified: 'served; ownership is proved',
  pending: 'not served: ownership is not proved yet',
  'at-risk': 'served, but the proof is missing from DNS',
  lost: 'not served: the proof is missing from DNS',
};

const PURPOSES: Readonly<Record<DnsRecord['purpose'], string>> = {
  proof: 'ownership',
  traffic: 'traffic',
  challenge: 'certificate',
};

/** Host names under which gateways, portals and ingresses are reached. */
export const domains: Kind<Domain> = {
  name: 'domains',
  singular: 'domain',
  title: 'Domains',
  aliases: ['domain'],
  topics: ['domains', 'resources'],
  sort: 'host',
  empty:
    'No domains yet: an APIGateway, APIPortal or EdgeIngress gets a generated one, and spec.customDomains adds others.',
  columns: [
    { id: 'host', title: 'DOMAIN', type: 'text', value: (row) => row.host, min: 16, max: 60 },
    { id: 'kind', drop: 3, title: 'TYPE', type: 'text', value: (row) => row.kind },
    {
      id: 'state',
      title: 'STATE',
      type: 'text',
      value: (row) => row.state,
      tone: (row) => TONES[row.state],
    },
    { id: 'object', drop: 2, title: 'OBJECT', type: 'text', value: objectOf, min: 10, max: 40 },
    { id: 'cluster', drop: 4, title: 'CLUSTER', type: 'text', value: (row) => row.cluster, max: 24 },
    {
      id: 'certificateNotAfter',
      drop: 5,
      title: 'CERTIFICATE ENDS',
      type: 'time',
      value: (row) => row.certificateNotAfter,
      text: (row, now) =>
        row.certificateNotAfter === null ? '–' : formatUntil(row.certificateNotAfter, now),
      right: true,
    },
    ageColumn('checkedAt', 'CHECKED', (row) => row.checkedAt, { drop: 6 }),
  ],
  id: (row) => row.host,
  label: (row) => row.host,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listDomains, { params: { workspace }, query }, signal),
  load: ({ client, workspace }, row, signal) =>
    client.call(getDomain, { params: { workspace, domain: row.host } }, signal),
  traces: (row) => {
    const { kind = '', namespace = '', name = '' } = parseKey(row.objectKey) ?? {};
    return { alerts: { kind, namespace, name }, problems: { clusterId: row.clusterId, name } };
  },
  tabs(row, loaded, now) {
    const detail = loaded as DomainDetail | null;
    return [
      {
        id: 'overview',
        title: 'Overview',
        blocks: [
          overview(row, now),
          ...(detail ? [...certificateBlocks(detail, now), ...proofBlocks(detail, now)] : []),
        ],
      },
    ];
  },
};

function objectOf({ objectKey }: Domain): string {
  const { kind, namespace, name } = parseKey(objectKey) ?? {};
  return `${kind ?? ''}/${namespace ? `${namespace}/` : ''}${name ?? ''}`;
}

function overview(row: Domain, now: number): Block {
  return {
    type: 'fields',
    rows: [
      ['Domain', row.host],
      ['State', toned(TONES[row.state], MEANING[row.state])],
      ['Object', objectOf(row)],
      ['Cluster', row.cluster],
      [
        'Certificate',
        row.certificateNotAfter === null
          ? 'none'
          : `ends ${formatTime(row.certificateNotAfter)} (${formatUntil(row.certificateNotAfter, now)})`,
      ],
      ...(row.missingSince === null ? [] : [['Proof missing since', formatTime(row.missingSince)] as const]),
      ...(row.movesAt === null
        ? []
        : [
            [
              'Moves here',
              toned('warn', `${formatTime(row.movesAt)}: another workspace still proves it`),
            ] as const,
          ]),
    ],
  };
}

function certificateBlocks({ certificate }: DomainDetail, now: number): Block[] {
  if (certificate === null) return [];
  const { state, reason, renewAt, nextAt } = certificate;
  const tone: Tone = state === 'issued' ? 'ok' : state === 'failing' ? 'bad' : 'warn';
  return [
    {
      type: 'fields',
      title: 'Public certificate',
      rows: [
        ['State', toned(tone, state)],
        ...(reason === null ? [] : [['Reason', toned(tone, reason)] as const]),
        ['Renewal', renewAt === null ? '–' : formatUntil(renewAt, now)],
        ['Next look', formatUntil(nextAt, now)],
      ],
    },
  ];
}

function proofBlocks(detail: DomainDetail, now: number): Block[] {
  if (detail.records.length === 0) return [];
  return [
    {
      type: 'table',
      title: 'DNS records to publish',
      head: ['TYPE', 'NAME', 'VALUE', 'FOR'],
      rows: detail.records.map(({ type, name, value, purpose }) => [type, name, value, PURPOSES[purpose]]),
      empty: 'none',
    },
    { type: 'fields', title: 'Latest check', rows: checkRows(detail, now) },
  ];
}

function checkRows(
  { seen, checkedAt, nextCheckAt, records }: DomainDetail,
  now: number,
): (readonly [string, string | ReturnType<typeof toned>])[] {
  const next = ['Next check', nextCheckAt === null ? '–' : formatUntil(nextCheckAt, now)] as const;
  if (seen === null) return [['Checked', 'not yet'], next];
  const expected = records.find(({ purpose }) => purpose === 'proof')?.value;
  const isFound = expected !== undefined && seen.texts.includes(expected);
  const texts = seen.texts.length === 0 ? 'no TXT records' : seen.texts.join(' · ');
  return [
    ['Checked', `${formatAge(checkedAt, now)} ago`],
    ...(seen.unknown === null ? [] : [['DNS', toned('warn', seen.unknown)] as const]),
    ['Proof', isFound ? toned('ok', 'found') : toned('warn', `not found; found ${texts}`)],
    [
      'Leads to',
      seen.leadsHere
        ? toned('ok', `${seen.leadsTo.join(', ')} (this platform)`)
        : toned('warn', seen.leadsTo.length === 0 ? 'nothing yet' : `${seen.leadsTo.join(', ')} (elsewhere)`),
    ],
    ...(seen.delegated === null
      ? []
      : [
          [
            'Challenges',
            seen.delegated
              ? toned('ok', 'delegated to this platform')
              : toned('dim', 'not delegated: the certificate needs traffic to lead here'),
          ] as const,
        ]),
    next,
  ];
}
