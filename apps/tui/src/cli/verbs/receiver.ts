import { createAlertReceiver, testAlertReceiver } from '@portolan/contract/alert-receivers';
import { ALERT_SEVERITIES } from '@portolan/contract/alerts';
import { usageFailure } from '@portolan/console/failure';
import { connect } from '../connect.ts';
import { platformFlags, resultOutputFlag } from '../flags.ts';
import { print } from '../io.ts';
import { oneOf, oneWord } from '../read-words.ts';
import { report } from '../result.ts';
import type { Verb } from '../verb.ts';

export const createReceiverVerb: Verb = {
  usage: 'NAME --webhook URL\nNAME --mail E-MAIL',
  details: 'The secret that signs what a webhook is sent alone goes to standard output, this once.',
  examples: [
    'portolan create receiver on-call --mail on-call@example.com --min-severity critical',
    'portolan create receiver chat --webhook https://hooks.example.com/portolan > webhook.secret',
  ],
  flags: {
    webhook: { type: 'string', value: 'URL', help: 'address that is posted to' },
    mail: { type: 'string', value: 'E-MAIL', help: 'address that is written to' },
    'min-severity': {
      type: 'string',
      value: 'SEVERITY',
      choices: ALERT_SEVERITIES,
      help: `only alerts at least this bad: ${ALERT_SEVERITIES.join(', ')}; info when absent`,
    },
    ...resultOutputFlag,
    ...platformFlags,
  },
  async run(args, io) {
    const wanted = oneWord(args, 'Which name?', 'portolan create receiver NAME --webhook URL');
    const [url, email] = [args.text('webhook'), args.text('mail')];
    if ((url === undefined) === (email === undefined))
      throw usageFailure('Who is told?', 'Give either --webhook URL or --mail E-MAIL.');
    const target =
      url === undefined ? { kind: 'mail' as const, email: email ?? '' } : { kind: 'webhook' as const, url };
    const minSeverity = oneOf(ALERT_SEVERITIES, args.text('min-severity') ?? 'info', 'severity');
    const { client, workspace } = await connect(args, io);
    const made = await client.call(createAlertReceiver, {
      params: { workspace },
      body: { name: wanted, target, minSeverity },
    });
    const name = `receiver/${made.name}`;
    const shown = made.secret === null ? '' : '; the secret that signs what it is sent is shown this once';
    await report(io, args, { line: `${name} created${shown}`, name, object: made, secret: made.secret });
    return 0;
  },
};

export const testReceiverVerb: Verb = {
  usage: 'NAME',
  details: 'Sends it a notification now. The exit code is 1 when it does not arrive.',
  flags: platformFlags,
  async run(args, io) {
    const receiver = oneWord(args, 'Which receiver?', 'portolan receiver test NAME');
    const { client, workspace } = await connect(args, io);
    const { delivered, problem } = await client.call(testAlertReceiver, { params: { workspace, receiver } });
    print(
      io,
      delivered
        ? `receiver/${receiver} was told`
        : `receiver/${receiver} was not told: ${problem ?? 'it says no reason'}`,
    );
    return delivered ? 0 : 1;
  },
};
