import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';
import type { Config } from './config.ts';

const TIMEOUT_MS = 10_000;

interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Message id, the same for each attempt, so that mailboxes show the mail once. */
  readonly id?: string;
}

/** Sends mail. `send` returns the reason when it failed, else null. */
export interface Mailer {
  send(mail: Mail): Promise<string | null>;
  close(): void;
}

/** Returns a mailer that uses the configured SMTP server; null when none is configured. */
export function createMailer({ smtpUrl, mailFrom }: Config, log: Logger): Mailer | null {
  if (smtpUrl === undefined) return null;
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // Mails are plain text: no part of one may be read from a file or URL.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text, id }) {
      try {
        // Given as an object, an address is never parsed as a list.
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
