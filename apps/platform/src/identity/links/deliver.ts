import type { Delivery } from '@portolan/contract/one-time-links';
import type { Mailer } from '../../mailer.ts';

export interface OneTimeLink {
  readonly to: string;
  readonly subject: string;
  /** Sentence that says what the link is for. */
  readonly purpose: string;
  readonly url: string;
  readonly expiresAt: string;
}

/**
 * Mails a link. Returns its URL only when it could not be mailed, because the link is a secret of its recipient. Call this
 * after the transaction that created the link has committed.
 */
export async function deliver(mailer: Mailer | null, link: OneTimeLink): Promise<Delivery> {
  const problem = mailer
    ? await mailer.send({ to: link.to, subject: link.subject, text: textOf(link) })
    : null;
  const isMailed = mailer !== null && problem === null;
  return { mailed: isMailed, url: isMailed ? null : link.url, problem };
}

/** Returns the URL of a page with a token. */
export function linkTo(page: '/join' | '/set-password', token: string, baseUrl: string): string {
  const url = new URL(page, baseUrl);
  url.searchParams.set('token', token);
  return url.href;
}

function textOf({ purpose, url, expiresAt }: OneTimeLink): string {
  return `${purpose}

${url}

The link works once, until ${expiresAt.slice(0, 16).replace('T', ' ')} UTC.
If you did not expect this e-mail, you can ignore it.
`;
}
