import { z } from 'zod';

/** Objects of ACME (RFC 8555 §7.1), as far as they are used. Unknown fields and values are tolerated, for servers add to them. */
const problemFields = {
  type: z.string().optional(),
  detail: z.string().optional(),
  status: z.number().optional(),
};
const acmeIdentifier = z.object({ type: z.string(), value: z.string() });

export const acmeProblem = z.object({
  ...problemFields,
  subproblems: z
    .array(z.object({ ...problemFields, identifier: acmeIdentifier.optional() }))
    .optional()
    .catch(undefined),
});
export type AcmeProblem = z.infer<typeof acmeProblem>;

export const acmeDirectory = z.object({
  newNonce: z.url(),
  newAccount: z.url(),
  newOrder: z.url(),
  revokeCert: z.url().optional(),
  keyChange: z.url().optional(),
  /** RFC 9773 §4.1; absent where the server has no renewal information. */
  renewalInfo: z.url().optional(),
  meta: z
    .object({
      termsOfService: z.string().optional(),
      externalAccountRequired: z.boolean().optional(),
      caaIdentities: z.array(z.string()).optional(),
      /** draft-aaron-acme-profiles: names of profiles with their descriptions. */
      profiles: z.record(z.string(), z.string()).optional(),
    })
    .optional()
    .catch(undefined),
});
export type AcmeDirectory = z.infer<typeof acmeDirectory>;

export const acmeOrder = z.object({
  /** `pending`, `ready`, `processing`, `valid` or `invalid` (RFC 8555 §7.1.6). */
  status: z.string(),
  authorizations: z.array(z.url()),
  finalize: z.url(),
  certificate: z.url().optional(),
  expires: z.string().optional(),
  error: acmeProblem.optional(),
});
export type AcmeOrder = z.infer<typeof acmeOrder>;

export const acmeChallenge = z.object({
  type: z.string(),
  url: z.url(),
  status: z.string(),
  /** Absent in types of challenge that have none. */
  token: z.string().max(500).optional(),
  error: acmeProblem.optional(),
});
export type AcmeChallenge = z.infer<typeof acmeChallenge>;

export const acmeAuthorization = z.object({
  /** `pending`, `valid`, `invalid`, `deactivated`, `expired` or `revoked`. */
  status: z.string(),
  identifier: acmeIdentifier,
  wildcard: z.boolean().optional(),
  /** A challenge that cannot be read is of a type that this client does not know. */
  challenges: z.array(z.unknown()).transform((all) =>
    all.flatMap((each) => {
      const parsed = acmeChallenge.safeParse(each);
      return parsed.success ? [parsed.data] : [];
    }),
  ),
});
export type AcmeAuthorization = z.infer<typeof acmeAuthorization>;

/** RFC 9773 §4.2. */
export const acmeRenewalInfo = z.object({
  suggestedWindow: z.object({
    start: z.iso.datetime({ offset: true }),
    end: z.iso.datetime({ offset: true }),
  }),
  explanationURL: z.string().optional(),
});
