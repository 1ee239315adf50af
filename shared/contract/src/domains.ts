import { z } from 'zod';
import { listQuery, page, timestamp, workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';

/** A record that the owner of a domain publishes in DNS. */
export const dnsRecord = z.object({
  type: z.enum(['TXT', 'CNAME']),
  name: z.string(),
  value: z.string(),
  /** `challenge`: lets the platform answer DNS-01 challenges for the certificate. */
  purpose: z.enum(['proof', 'traffic', 'challenge']),
});
export type DnsRecord = z.infer<typeof dnsRecord>;

export const domain = z.object({
  host: z.string(),
  kind: z.enum(['generated', 'custom']),
  /**
   * `served`: no proof is needed, because the platform generated it or nobody can own it (RFC 6761). `pending`: not proved yet.
   * `at-risk`: proved, but the proof is missing now; served for seven days from then. `lost`: no longer served.
   */
  state: z.enum(['served', 'pending', 'verified', 'at-risk', 'lost']),
  isServed: z.boolean(),
  clusterId: z.string(),
  cluster: z.string(),
  /** Object that is reached under the domain, as `Kind.group/namespace/name`. */
  objectKey: z.string(),
  createdAt: timestamp,
  checkedAt: timestamp.nullable(),
  nextCheckAt: timestamp.nullable(),
  missingSince: timestamp.nullable(),
  /** Time at which the domain moves here from another workspace that still proves it. */
  movesAt: timestamp.nullable(),
  /** End of the certificate that gateways serve; null when there is none. */
  certificateNotAfter: timestamp.nullable(),
});
export type Domain = z.infer<typeof domain>;

export const domainDetail = domain.extend({
  /** Order or renewal of its public certificate; null where no authority is configured or ownership is not proved. */
  certificate: z
    .object({
      state: z.enum(['waiting', 'ordering', 'issued', 'failing']),
      reason: z.string().nullable(),
      renewAt: timestamp.nullable(),
      nextAt: timestamp,
    })
    .nullable(),
  /** Records to publish; empty for domains that need no proof. */
  records: z.array(dnsRecord),
  /** What the latest check saw; null before the first. */
  seen: z
    .object({
      /** Texts of the TXT records at the names where a proof may be. */
      texts: z.array(z.string()),
      /** The host that the domain is an alias of, or its addresses. */
      leadsTo: z.array(z.string()),
      leadsHere: z.boolean(),
      /** Whether DNS-01 challenges are delegated to the platform; null: unknown, or it has no zone for them. */
      delegated: z.boolean().nullable(),
      /** Why DNS gave no definite reply; null when it did. */
      unknown: z.string().nullable(),
    })
    .nullable(),
});
export type DomainDetail = z.infer<typeof domainDetail>;

const params = workspaceParams.extend({ domain: z.string().min(1).max(253) });

export const listDomains = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/domains',
  permission: 'resources.read',
  summary: 'List the domains under which gateways, portals and ingresses are reached',
  tag: 'Domains',
  params: workspaceParams,
  query: listQuery,
  response: page(domain),
  status: 200,
});
export const getDomain = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/domains/{domain}',
  permission: 'resources.read',
  summary: 'Get a domain with the DNS records that prove it, and what the latest check saw',
  tag: 'Domains',
  params,
  response: domainDetail,
  status: 200,
});
export const checkDomain = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/domains/{domain}/check',
  permission: 'resources.write',
  summary: 'Look for the proof of a custom domain in DNS now',
  tag: 'Domains',
  params,
  response: domainDetail,
  status: 200,
  errors: ['too-many-requests'],
});
