import { getOpenApi } from '@portolan/contract/resources';
import { usageFailure } from '@portolan/console/failure';
import { connect } from '../connect.ts';
import { findKind } from '../find-kind.ts';
import { findOnly, isObjectRow, placeOf } from '../find-rows.ts';
import { clusterFlag, namespaceFlag, platformFlags } from '../flags.ts';
import { printData } from '../../terminal/io.ts';
import { readTargets } from '../targets.ts';
import type { Verb } from '../verb.ts';
import { printDocument } from '../result.ts';

export const openapiVerb: Verb = {
  usage: 'API\napiversion/NAME',
  details: 'Prints the document as the agent fetched it from the address in the API.',
  examples: [
    'portolan openapi flights > flights.openapi.json',
    'portolan openapi apiversion/tickets-v2 -o yaml',
  ],
  complete: [{ of: 'apis' }],
  flags: {
    output: {
      type: 'string',
      short: 'o',
      value: 'FORMAT',
      choices: ['json', 'yaml'],
      help: 'json or yaml; json by default',
    },
    ...namespaceFlag,
    ...clusterFlag,
    ...platformFlags,
  },
  async run(args, io) {
    const [word, more] = args.words;
    if (word === undefined || more !== undefined)
      throw usageFailure('The API is missing.', 'portolan openapi API');
    const [target] = word.includes('/') ? readTargets([word]) : [{ ...findKind('api'), names: [word] }];
    if (target === undefined) throw usageFailure('The API is missing.', 'portolan openapi API');
    const session = await connect(args, io);
    const row = await findOnly(session, target, { name: target.names[0] ?? '', place: placeOf(args) });
    if (!isObjectRow(row))
      throw usageFailure(`A ${target.what} has no OpenAPI document.`, 'portolan openapi API');
    const query = { key: row.key, cluster: row.clusterId };
    const { document } = await session.client.call(getOpenApi, {
      params: { workspace: session.workspace },
      query,
    });
    if (!printDocument(io, args, document)) printData(io, JSON.stringify(document, null, 2));
    return 0;
  },
};
