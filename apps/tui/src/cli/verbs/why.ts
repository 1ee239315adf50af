import { explainRequest } from '@portolan/contract/explain';
import { stringify } from 'yaml';
import { usageFailure } from '@portolan/console/failure';
import { explanationBlocks } from '@portolan/console/kinds/explanation';
import { formatBlocks } from '../../terminal/blocks.ts';
import { connect } from '../connect.ts';
import { print } from '../../terminal/io.ts';
import { plainTheme } from '../terminal.ts';
import { clusterFlag, platformFlags, textOutputFlag } from '../flags.ts';
import type { Verb } from '../verb.ts';

const WIDTH_DEFAULT = 110;

export const whyVerb: Verb = {
  usage: 'USER METHOD URL',
  details:
    'USER "-" is a call without a credential. The exit code is 0 when the call would be let through, otherwise 1.',
  complete: [{ of: 'users' }, ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']],
  examples: ['portolan why ada@example.com GET https://airline.edge.localhost/flights'],
  flags: {
    header: {
      type: 'string',
      short: 'H',
      multiple: true,
      value: 'NAME: VALUE',
      help: 'a header of the call, again for more',
    },
    ...clusterFlag,
    ...textOutputFlag,
    ...platformFlags,
  },
  async run(args, io) {
    const [user, method, url] = args.words;
    if (user === undefined || method === undefined || url === undefined)
      throw usageFailure('Whose call?', 'portolan why USER METHOD URL.');
    const { client, workspace } = await connect(args, io);
    const cluster = args.text('cluster');
    const headers = Object.fromEntries(args.texts('header').map(headerOf));
    const body = {
      user: user === '-' ? null : user,
      method,
      url,
      headers,
      ...(cluster === undefined ? {} : { cluster }),
    };
    const found = await client.call(explainRequest, { params: { workspace }, body });
    const output = args.text('output');
    if (output === 'json') print(io, JSON.stringify(found, null, 2));
    else if (output === 'yaml') print(io, stringify(found));
    else
      print(
        io,
        formatBlocks(
          explanationBlocks(found),
          io.stdout.isTTY ? io.stdout.columns : WIDTH_DEFAULT,
          plainTheme(io),
        )
          .map((line) => line.trimEnd())
          .join('\n'),
      );
    return found.verdict === 'allow' ? 0 : 1;
  },
};

function headerOf(text: string): readonly [string, string] {
  const colon = text.indexOf(':');
  if (colon < 1) throw usageFailure(`"${text}" is not a header.`, 'Write it like "Accept: text/html".');
  return [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()];
}
