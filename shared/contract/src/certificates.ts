/** Certificates of custom domains: what the platform and agents exchange about them, and what people see. */
import { z } from 'zod';
import { listQuery, page, timestamp, workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';

/** What agents of a cluster need for certificates whose private keys they keep themselves. */
export const publicCertificates = z.object({
  /** Certificates to make a key and a request to sign (PKCS #10) for. */
  requests: z.array(z.object({ id: z.string(), hosts: z.array(z.string()) })),
  /**
   * Certificates issued for keys made before, by the id of the request; of several for a host, the first whose key is there
   * counts. Chains are fetched once each: they would be sent again with every change of this list.
   */
  issued: z.array(z.object({ id: z.string(), hosts: z.array(z.string()) })),
  /** Challenges to answer in TLS handshakes (RFC 8737): SHA-256 of the key authorization, in base64url. */
  challenges: z.array(z.object({ host: z.string(), token: z.string(), digest: z.string() })),
});
export type PublicCertificates = z.infer<typeof publicCertificates>;

const requestId = z.string().max(100);
export const certificateReport = z.object({
  requests: z
    .array(z.object({ id: requestId, csr: z.base64().max(8_000).describe('PKCS #10 in DER') }))
    .max(1_000),
  /** Tokens of the challenges that are answered. */
  challenges: z.array(z.string().max(500)).max(1_000),
  /** Ids of the requests whose certificates are served. */
  served: z.array(requestId).max(10_000),
  /** Ids of the requests whose keys this agent does not have. */
  missing: z.array(requestId).max(10_000),
});
export type CertificateReport = z.infer<typeof certificateReport>;

export const reportCertificates = defineRoute({
  method: 'PUT',
  path: '/agent/v1/certificates',
  permission: 'agent',
  summary: 'Report requests to sign, answered challenges and served certificates',
  tag: 'Agents',
  body: certificateReport,
  bodyBytesMax: 16 * 1024 * 1024,
  status: 204,
});

export const getIssuedChain = defineRoute({
  method: 'GET',
  path: '/agent/v1/certificates/chain',
  permission: 'agent',
  summary: 'Get the chain that was issued for a request of the cluster',
  tag: 'Agents',
  query: z.object({ id: requestId }),
  response: z.object({ chain: z.string().describe('PEM') }),
  status: 200,
});

const attempt = z.object({
  at: timestamp,
  /** Host name of the authority's directory. */
  issuer: z.string(),
  challenge: z.string().nullable(),
  /** In the authority's words; null: a certificate was issued. */
  error: z.string().nullable(),
});

export const certificate = z.object({
  host: z.string(),
  clusterId: z.string(),
  cluster: z.string(),
  /**
   * `waiting`: something is missing, or a limit of the authority is reached; see `reason`. `ordering`: in progress. `issued`: in
   * use. `failing`: the latest attempt failed; an older certificate may be in use.
   */
  state: z.enum(['waiting', 'ordering', 'issued', 'failing']),
  reason: z.string().nullable(),
  issuer: z.string().nullable(),
  serial: z.string().nullable(),
  notBefore: timestamp.nullable(),
  notAfter: timestamp.nullable(),
  /** When it will be renewed, as the authority suggests or by its own life. */
  renewAt: timestamp.nullable(),
  /** When there is something to do next. */
  nextAt: timestamp,
  failures: z.number().int(),
  /** Whether agents confirmed that they serve it. */
  isServed: z.boolean(),
  createdAt: timestamp,
});
export type Certificate = z.infer<typeof certificate>;

export const certificateDetail = certificate.extend({
  /** Newest first. */
  attempts: z.array(attempt),
  /** When the authority suggests to renew (RFC 9773). */
  window: z.object({ start: timestamp, end: timestamp }).nullable(),
  /** URL of the account at the authority, for CAA records (RFC 8657); null before the first order. */
  directory: z.string().nullable(),
});
export type CertificateDetail = z.infer<typeof certificateDetail>;

const params = workspaceParams.extend({ certificate: z.string().min(1).max(253).describe('Host') });

export const listCertificates = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/certificates',
  permission: 'resources.read',
  summary: 'List the certificates of custom domains that public authorities issue',
  tag: 'Certificates',
  params: workspaceParams,
  query: listQuery,
  response: page(certificate),
  status: 200,
});
export const getCertificate = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/certificates/{certificate}',
  permission: 'resources.read',
  summary: 'Get a certificate with the latest attempts to get it',
  tag: 'Certificates',
  params,
  response: certificateDetail,
  status: 200,
});
export const retryCertificate = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/certificates/{certificate}/retry',
  permission: 'resources.write',
  summary: 'Try now what a certificate waits for, instead of at the planned time',
  tag: 'Certificates',
  params,
  response: certificateDetail,
  status: 200,
  errors: ['too-many-requests'],
});
