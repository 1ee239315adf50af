import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

interface CaughtMail {
  readonly to: readonly string[];
  readonly raw: string;
}

/** SMTP server that stores received mails. */
export interface MailCatcher {
  /** SMTP URL with credentials. */
  readonly url: string;
  readonly mails: CaughtMail[];
  /** Rejects every recipient while true. */
  isFull: boolean;
  close(): Promise<void>;
}

/** Starts an SMTP server that requires a user name and password. */
export async function catchMail(): Promise<MailCatcher> {
  const server = new SMTPServer({
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      const isRight = username === 'portolan' && password === 'smtp secret';
      done(isRight ? null : new Error('wrong credentials'), { user: username });
    },
    onRcptTo(_address, _session, done) {
      done(catcher.isFull ? new Error('mailbox is full') : null);
    },
    onData(stream, session, done) {
      const to = session.envelope.rcptTo.map(({ address }) => address);
      let raw = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => (raw += chunk));
      stream.once('end', () => {
        catcher.mails.push({ to, raw });
        done();
      });
    },
  });
  const listener = server.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const catcher: MailCatcher = {
    url: `smtp://portolan:smtp%20secret@127.0.0.1:${port}`,
    mails: [],
    isFull: false,
    async close() {
      const closed = once(listener, 'close');
      server.close();
      await closed;
    },
  };
  return catcher;
}
