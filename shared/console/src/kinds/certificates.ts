import {
  getCertificate,
  listCertificates,
  type Certificate,
  type CertificateDetail,
} from '@portolan/contract/certificates';
import type { Tone } from '../tone.ts';
import { toned, type Block } from './block.ts';
import { formatAge, formatTime, formatUntil } from './format.ts';
import type { Kind } from './kind.ts';

const TONES: Readonly<Record<Certificate['state'], Tone>> = {
  issued: 'ok',
  ordering: 'warn',
  waiting: 'warn',
  failing: 'bad',
};

const MEANING: Readonly<Record<Certificate['state'], string>> = {
  issued: 'issued',
  ordering: 'an order is in progress',
  waiting: 'waits',
  failing: 'the latest attempt failed',
};

/** Parts of a life below which a certificate that was not renewed is a warning, and an error. */
const WARN_PART = 1 / 4;
const BAD_PART = 1 / 8;

/** Certificates of custom domains that public authorities issue. */
export const certificates: Kind<Certificate> = {
  name: 'certificates',
  singular: 'certificate',
  title: 'Certificates',
  aliases: ['certificate', 'certs', 'cert'],
  topics: ['certificates', 'domains'],
  sort: 'host',
  empty:
    'No certificates yet: one is ordered for each custom domain whose owner is proved, where the platform has an ACME authority.',
  columns: [
    { id: 'host', title: 'DOMAIN', type: 'text', value: (row) => row.host, min: 16, max: 60 },
    {
      id: 'state',
      title: 'STATE',
      type: 'text',
      value: (row) => row.state,
      tone: (row) => TONES[row.state],
    },
    {
      id: 'notAfter',
      title: 'ENDS',
      type: 'time',
      value: (row) => row.notAfter,
      text: (row, now) => (row.notAfter === null ? '–' : formatUntil(row.notAfter, now)),
      tone: (row) => lifeTone(row, Date.now()),
      right: true,
    },
    {
      id: 'renewAt',
      drop: 3,
      title: 'RENEWAL',
      type: 'time',
      value: (row) => row.renewAt,
      text: (row, now) => (row.renewAt === null ? '–' : formatUntil(row.renewAt, now)),
      right: true,
    },
    { id: 'issuer', drop: 2, title: 'ISSUER', type: 'text', value: (row) => row.issuer, max: 32 },
    { id: 'cluster', drop: 4, title: 'CLUSTER', type: 'text', value: (row) => row.cluster, max: 24 },
    { id: 'reason', drop: 1, title: 'REASON', type: 'text', value: (row) => row.reason, max: 80 },
  ],
  id: (row) => row.host,
  label: (row) => row.host,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listCertificates, { params: { workspace }, query }, signal),
  load: ({ client, workspace }, row, signal) =>
    client.call(getCertificate, { params: { workspace, certificate: row.host } }, signal),
  tabs(row, loaded, now) {
    const detail = loaded as CertificateDetail | null;
    return [
      {
        id: 'overview',
        title: 'Overview',
        blocks: [overview(row, detail, now), ...(detail ? [attemptsOf(detail, now)] : [])],
      },
    ];
  },
};

/** Returns how alarming the end of a certificate is, by the part of its life that is left. */
function lifeTone({ notBefore, notAfter }: Certificate, now: number): Tone {
  if (notBefore === null || notAfter === null) return 'dim';
  const [start, end] = [Date.parse(notBefore), Date.parse(notAfter)];
  const left = (end - now) / (end - start);
  if (left < BAD_PART) return 'bad';
  return left < WARN_PART ? 'warn' : 'ok';
}

function overview(row: Certificate, detail: CertificateDetail | null, now: number): Block {
  const until = (time: string | null) =>
    time === null ? '–' : `${formatTime(time)} (${formatUntil(time, now)})`;
  const window = detail?.window ?? null;
  return {
    type: 'fields',
    rows: [
      ['Domain', row.host],
      ['State', toned(TONES[row.state], MEANING[row.state])],
      ...(row.reason === null ? [] : [['Reason', toned(TONES[row.state], row.reason)] as const]),
      ['Cluster', row.cluster],
      ['Issuer', row.issuer ?? '–'],
      ['Serial number', row.serial ?? '–'],
      ['Valid from', row.notBefore === null ? '–' : formatTime(row.notBefore)],
      ['Ends', toned(lifeTone(row, now), until(row.notAfter))],
      ['Served', row.isServed ? toned('ok', 'by the agents of the cluster') : 'not yet'],
      ['Renewal', until(row.renewAt)],
      ...(window === null
        ? []
        : [
            [
              'Suggested',
              `${formatTime(window.start)} to ${formatTime(window.end)}, by the authority`,
            ] as const,
          ]),
      ['Next look', formatUntil(row.nextAt, now)],
      ['Failures', String(row.failures)],
      ...(detail?.directory == null ? [] : [['Authority', detail.directory] as const]),
    ],
  };
}

function attemptsOf({ attempts }: CertificateDetail, now: number): Block {
  return {
    type: 'table',
    title: 'Latest attempts, in the words of the authority',
    head: ['AGE', 'AUTHORITY', 'CHALLENGE', 'RESULT'],
    rows: attempts.map(({ at, issuer, challenge, error }) => [
      formatAge(at, now),
      issuer,
      challenge ?? '–',
      error ?? 'issued',
    ]),
    empty: 'none yet',
  };
}
