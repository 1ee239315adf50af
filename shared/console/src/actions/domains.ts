import { checkDomain, type Domain, type DomainDetail } from '@portolan/contract/domains';
import { z } from 'zod';
import { domains } from '../kinds/domains.ts';
import { defineAction, stepsFor } from './action.ts';

const host = (domain: Domain) => domain.host;

const NOTES: Readonly<Record<Domain['state'], string>> = {
  served: 'It needs no proof of ownership.',
  verified: 'Ownership is proved; the domain is served.',
  pending: 'The proof is not in DNS yet; the domain is not served.',
  'at-risk': 'The proof is missing from DNS; the domain is served for seven days from then on.',
  lost: 'The proof is missing from DNS; the domain is not served.',
};

/** Returns what there is to say about the certificate of a domain, CAA records that exclude the authority among it. */
function certificateNote({ certificate }: DomainDetail): string {
  if (certificate === null) return '';
  return ` Certificate: ${certificate.reason ?? `${certificate.state}.`}`;
}

export const domainCheck = defineAction({
  id: 'domains.check',
  title: 'Check domains',
  button: 'Check',
  done: 'checked',
  details: 'Looks now for the DNS record that proves who owns the domain.',
  permission: 'resources.write',
  danger: 0,
  kind: domains,
  takes: 'some',
  keys: ['f'],
  inputs: z.object({}),
  plan: ({ client, workspace }, rows) => ({
    steps: stepsFor(rows, host, async (domain) => {
      const checked = await client.call(checkDomain, { params: { workspace, domain: domain.host } });
      const ownership = checked.seen?.unknown ?? NOTES[checked.state];
      return { object: checked, note: `${ownership}${certificateNote(checked)}` };
    }),
  }),
});
