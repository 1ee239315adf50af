import type { Delivery } from '@portolan/contract/one-time-links';
import type { Mailer } from '../../mail/mailer.ts';

export interface OneTimeLink {
  readonly to: string;
  readonly subject: string;
  /** What the link is for, in a sentence. */
  readonly purpose: string;
  readonly url: string;
  readonly expiresAt: string;
}

/**
 * Mails a link. Whoever made it is shown it only where it could not be mailed: it is the other person's secret. Call it
 * after the link is committed, so that no link in a mailbox is one that never was.
 */
export async function deliver(mailer: Mailer | null, link: OneTimeLink): Promise<Delivery> {
  const problem = mailer
    ? await mailer.send({ to: link.to, subject: link.subject, text: textOf(link) })
    : null;
  const isMailed = mailer !== null && problem === null;
  return { mailed: isMailed, url: isMailed ? null : link.url, problem };
}

/** Address of a page of ours for the holder of a token. */
export function linkTo(page: '/join' | '/set-password', token: string, baseUrl: string): string {
  const url = new URL(page, baseUrl);
  url.searchParams.set('token', token);
  return url.href;
}

function textOf({ purpose, url, expiresAt }: OneTimeLink): string {
  return `${purpose}

${url}

The link works once, until ${expiresAt.slice(0, 16).replace('T', ' ')} UTC.
If you did not expect this mail, ignore it.
`;
}
