/** First part of every secret that Portolan issues: `ptl_<43 random>_<6 checksum>`; leak scanners and redaction go by it. */
export const SECRET_PREFIXES = {
  apiKey: 'ptl',
  session: 'pts',
  personalToken: 'ptp',
  agentToken: 'pta',
  agentTicket: 'ptc',
  passwordLink: 'ptw',
  invitation: 'pti',
  /** Of a SCIM client. */
  scimToken: 'ptd',
  /** For trying APIs on a portal. */
  portalTry: 'ptt',
} as const;

export type SecretPrefix = (typeof SECRET_PREFIXES)[keyof typeof SECRET_PREFIXES];
