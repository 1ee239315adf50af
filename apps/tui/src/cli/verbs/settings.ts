import { settingsApply, writtenSettings } from '@portolan/console/actions/settings';
import { getSettings } from '@portolan/contract/settings';
import { readFile } from 'node:fs/promises';
import { usageFailure } from '@portolan/console/failure';
import { currentWorkspaces } from '@portolan/console/kinds/workspaces';
import { confirm } from '../confirm.ts';
import { connect } from '../connect.ts';
import { dryRunFlag, platformFlags, yesFlag } from '../flags.ts';
import { print, printData, readAll } from '../../terminal/io.ts';
import { noWords } from '../read-words.ts';
import { tellCells } from '../show-diff.ts';
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
    const fields = writtenSettings(await client.call(getSettings, { params: { workspace } }));
    if (!printDocument(io, args, fields)) printData(io, formatYaml(fields));
    return 0;
  },
};

export const settingsApplyVerb: Verb = {
  usage: '-f FILE|-',
  details:
    'Settings that are not in the file stay. It shows what the change means for API callers, and asks when they would be refused.',
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
    ...yesFlag,
    ...platformFlags,
  },
  actions: [settingsApply],
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
    const session = await connect(args, io);
    const plan = await settingsApply.plan(session, currentWorkspaces(session), { settings: text });
    tellCells(io, plan.lines);
    const isDry = args.has('dry-run');
    if (!isDry && plan.danger > 1) await confirm(io, args, { question: `${plan.title}?`, session });
    for (const step of isDry ? [] : plan.steps) await step.run();
    const done = plan.lines.length === 0 ? 'unchanged' : 'configured';
    print(io, `settings ${done}${isDry ? ' (dry run)' : ''}`);
    return 0;
  },
};
