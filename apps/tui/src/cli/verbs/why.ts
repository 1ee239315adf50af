import { explainRequest } from '@portolan/contract/explain';
import { usageFailure } from '@portolan/console/failure';
import { explanationBlocks } from '@portolan/console/kinds/explanation';
import { formatBlocks } from '../../terminal/blocks.ts';
import { readSecret } from '../ask.ts';
import { connect } from '../connect.ts';
import { print } from '../../terminal/io.ts';
import { clusterFlag, platformFlags, textOutputFlag } from '../flags.ts';
import type { Verb } from '../verb.ts';
import { outputWidth, plainTheme } from '../plain-theme.ts';
import { readHeader } from '../read-header.ts';
import { printDocument } from '../result.ts';

export const whyVerb: Verb = {
  usage: 'USER|KEY|- METHOD URL',
  details:
    'The caller is a user, an API key or its prefix, or "-" for a call without a credential of its own (-H can carry one). The exit\ncode is 0 if the call would be accepted, otherwise 1. With --key-file the key is in no process list.',
  complete: [{ of: 'users' }, ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']],
  examples: [
    'portolan why ada@example.com GET https://airline.edge.localhost/flights',
    'portolan why ptl_0a1b2c3d GET https://airline.edge.localhost/flights',
    'portolan why --key-file checkin.key GET https://airline.edge.localhost/flights',
  ],
  flags: {
    header: {
      type: 'string',
      short: 'H',
      multiple: true,
      value: 'NAME: VALUE',
      help: 'a header of the call; repeat it for more',
    },
    'key-file': {
      type: 'string',
      value: 'FILE|-',
      complete: 'files',
      help: 'read the API key of the caller from a file, instead of naming the caller',
    },
    ...clusterFlag,
    ...textOutputFlag,
    ...platformFlags,
  },
  async run(args, io) {
    const file = args.text('key-file');
    const words = file === undefined ? args.words : ['-', ...args.words];
    const [caller, method, url, extra] = words;
    if (caller === undefined || method === undefined || url === undefined || extra !== undefined)
      throw usageFailure('A caller, a method and a URL are needed.', 'portolan why USER|KEY|- METHOD URL');
    const key = file === undefined ? keyOf(caller) : await readSecret(file, io);
    const { client, workspace } = await connect(args, io);
    const cluster = args.text('cluster');
    const headers = Object.fromEntries(args.texts('header').map(readHeader));
    const body = {
      user: caller === '-' || key !== undefined ? null : caller,
      ...(key === undefined ? {} : { key }),
      method,
      url,
      headers,
      ...(cluster === undefined ? {} : { cluster }),
    };
    const found = await client.call(explainRequest, { params: { workspace }, body });
    if (!printDocument(io, args, found))
      print(
        io,
        formatBlocks(explanationBlocks(found), outputWidth(io), plainTheme(io))
          .map((line) => line.trimEnd())
          .join('\n'),
      );
    return found.verdict === 'allow' ? 0 : 1;
  },
};

/** API keys and their prefixes begin so; no e-mail address and no user ID does. */
function keyOf(caller: string): string | undefined {
  return caller.startsWith('ptl_') ? caller : undefined;
}
