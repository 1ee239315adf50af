import { getSettings, updateSettings } from '@portolan/contract/settings';
import { readFile } from 'node:fs/promises';
import { usageFailure } from '@portolan/console/failure';
import { checkFields } from '@portolan/console/actions/check-fields';
import { connect } from '../connect.ts';
import { dryRunFlag, platformFlags } from '../flags.ts';
import { print, printData, readAll, tell } from '../../terminal/io.ts';
import { noWords } from '../read-words.ts';
import { diffLines } from '../show-diff.ts';
import type { Verb } from '../verb.ts';
import { printDocument } from '../result.ts';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';

export const settingsGetVerb: Verb = {
  usage: '',
  details:
    'The name and the authentication of API callers (apiAuth). Secrets are masked; applied as masked, they stay.',
  examples: ['portolan settings get > settings.yaml'],
  flags: {
    output: {
      type: 'string',
      short: 'o',
      value: 'FORMAT',
      choices: ['yaml', 'json'],
      help: 'yaml or json; yaml by default',
    },
    ...platformFlags,
  },
  async run(args, io) {
    const { client, workspace } = await connect(args, io);
    const { name, apiAuth } = await client.call(getSettings, { params: { workspace } });
    const fields = { name, apiAuth };
    if (!printDocument(io, args, fields)) printData(io, formatYaml(fields));
    return 0;
  },
};

export const settingsApplyVerb: Verb = {
  usage: '-f FILE|-',
  details: 'Settings that are not in the file stay. It shows what the change means for API callers.',
  examples: ['portolan settings apply -f settings.yaml --dry-run'],
  flags: {
    filename: {
      type: 'string',
      short: 'f',
      value: 'FILE|-',
      complete: 'files',
      help: 'settings in YAML or JSON; "-" is standard input',
    },
    ...dryRunFlag,
    ...platformFlags,
  },
  async run(args, io) {
    noWords(args, 'portolan settings apply -f FILE');
    const file = args.text('filename');
    if (file === undefined) throw usageFailure('The settings are missing.', 'Pass them with -f FILE.');
    const text =
      file === '-'
        ? await readAll(io.stdin)
        : await readFile(file, 'utf8').catch(() => {
            throw usageFailure(`${file} cannot be read.`, 'Check the path.');
          });
    const fields = checkFields(text, updateSettings.body, ['name', 'apiAuth']);
    const { client, workspace } = await connect(args, io);
    const params = { workspace };
    const before = await client.call(getSettings, { params });
    const isDry = args.has('dry-run');
    const after = await client.call(updateSettings, {
      params,
      body: { ...updateSettings.body.parse(fields), dryRun: isDry },
    });
    const lines = diffLines(
      io,
      { name: before.name, apiAuth: before.apiAuth },
      { name: after.name, apiAuth: after.apiAuth },
      'stderr',
    );
    if (lines.length > 0) tell(io, lines.join('\n'));
    for (const warning of after.warnings) tell(io, `warning: ${warning}`);
    print(io, `settings ${lines.length === 0 ? 'unchanged' : 'configured'}${isDry ? ' (dry run)' : ''}`);
    return 0;
  },
};
