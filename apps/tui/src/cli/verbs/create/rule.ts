import { ALERT_METRICS, ALERT_SEVERITIES, createAlertRule } from '@portolan/contract/alerts';
import { usageFailure } from '@portolan/console/failure';
import { conditionOf, targetOf } from '@portolan/console/kinds/alert-words';
import { connect } from '../../connect.ts';
import { clusterFlag, namespaceFlag, platformFlags, resultOutputFlag } from '../../flags.ts';
import { oneOf, oneWord } from '../../read-words.ts';
import { report } from '../../result.ts';
import { readSeconds } from '../../times.ts';
import type { Arguments, Verb } from '../../verb.ts';

const SCOPES = ['api', 'api-version', 'ingress', 'edge-ingress', 'service'] as const;

export const createRuleVerb: Verb = {
  usage: 'NAME --api NAMESPACE/NAME --metric FIGURE --above NUMBER',
  examples: [
    'portolan create rule flights-failing --api airline/flights --metric errorsPerSecond --above 1',
    'portolan create rule tickets-silent --api airline/tickets --metric requestsPerSecond --below 0.1 --within 1h --times 3',
  ],
  flags: {
    api: {
      type: 'string',
      value: 'NAMESPACE/NAME',
      complete: { of: 'apis' },
      help: 'the API it watches; --kind watches something else of that name',
    },
    kind: { type: 'string', value: 'KIND', choices: SCOPES, help: `${SCOPES.join(', ')}; api when absent` },
    metric: { type: 'string', value: 'FIGURE', choices: ALERT_METRICS, help: ALERT_METRICS.join(', ') },
    above: { type: 'string', value: 'NUMBER', help: 'fires when the figure is above it' },
    below: { type: 'string', value: 'NUMBER', help: 'fires when the figure is below it' },
    within: { type: 'string', value: 'TIME', help: 'how far back it looks; 10m when absent' },
    times: { type: 'string', value: 'N', help: 'how many points must be so; 1 when absent' },
    severity: {
      type: 'string',
      value: 'SEVERITY',
      choices: ALERT_SEVERITIES,
      help: `${ALERT_SEVERITIES.join(', ')}; warning when absent`,
    },
    ...clusterFlag,
    ...namespaceFlag,
    ...resultOutputFlag,
    ...platformFlags,
  },
  async run(args, io) {
    const wanted = oneWord(args, 'Which name?', 'portolan create rule NAME --api NAMESPACE/NAME …');
    const body = {
      name: wanted,
      severity: oneOf(ALERT_SEVERITIES, args.text('severity') ?? 'warning', 'severity'),
      scope: scopeOf(args),
      threshold: {
        metric: oneOf(ALERT_METRICS, args.text('metric'), 'metric'),
        condition: conditionFrom(args),
        timeRange: readSeconds(args.text('within') ?? '10m', 'within', 's'),
        occurrence: numberOf(args, 'times', '1'),
      },
    };
    const { client, workspace } = await connect(args, io);
    const rule = await client.call(createAlertRule, { params: { workspace }, body });
    const name = `rule/${rule.name}`;
    const line = `${name} created: ${targetOf(rule.scope)}, ${conditionOf(rule.threshold)}`;
    await report(io, args, { line, name, object: rule });
    return 0;
  },
};

function scopeOf(args: Arguments) {
  const text = args.text('api');
  if (text === undefined) throw usageFailure('What does it watch?', 'Say it with --api NAMESPACE/NAME.');
  const [name = '', namespace = args.text('namespace') ?? ''] = text.split('/').toReversed();
  return {
    kind: oneOf(SCOPES, args.text('kind') ?? 'api', 'kind'),
    namespace,
    name,
    cluster: args.text('cluster') ?? null,
  };
}

function conditionFrom(args: Arguments) {
  const [isAbove, isBelow] = [args.text('above') !== undefined, args.text('below') !== undefined];
  if (isAbove === isBelow)
    throw usageFailure('When does it fire?', 'Give either --above NUMBER or --below NUMBER.');
  return { above: isAbove, value: numberOf(args, isAbove ? 'above' : 'below', '') };
}

function numberOf(args: Arguments, flag: string, usual: string): number {
  const text = args.text(flag) ?? usual;
  const value = Number(text);
  if (text !== '' && value >= 0 && Number.isFinite(value)) return value;
  throw usageFailure(`--${flag} cannot be "${text}".`, 'Write a number from 0.');
}
