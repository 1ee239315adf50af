import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';

const TIMEOUT_MS = 10_000;

interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The same for each attempt at one mail: mailboxes show it once. */
  readonly id?: string;
}

/** Sends mail; answers why it could not, or null. */
export interface Mailer {
  send(mail: Mail): Promise<string | null>;
  close(): void;
}

/** A mailer through the SMTP server configured; null when none is. */
export function createMailer({ smtpUrl, mailFrom }: Config, log: Logger): Mailer | null {
  if (smtpUrl === undefined) return null;
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // Text alone: nothing in a mail may name a file or an address to be fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text, id }) {
      try {
        // As an object, an address is never parsed as a list of several.
        await transport.sendMail({
          from: mailFrom,
          to: { name: '', address: to },
          subject,
          text,
          ...(id === undefined ? {} : { messageId: `<${id}@portolan>` }),
        });
        return null;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        log.warn({ event: 'mail.failed', reason });
        return reason;
      }
    },
    close: () => transport.close(),
  };
}
