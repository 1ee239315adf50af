import type { AlertNotification } from '@portolan/contract/alert-receivers';

/** A notification as a mail says it. */
export function mailText({ type, at, workspace, alert }: AlertNotification): {
  readonly subject: string;
  readonly text: string;
} {
  if (!alert) {
    const subject = `Portolan can reach you about alerts of ${workspace.name}`;
    return { subject, text: `This is a test. From now on alerts of ${workspace.name} are mailed here.\n` };
  }
  const { rule, severity, scope, threshold, value, firedAt } = alert;
  const isOver = type === 'alert.resolved';
  const what = `${scope.kind} ${scope.namespace === '' ? '' : `${scope.namespace}/`}${scope.name}`;
  const direction = threshold.condition.above ? 'above' : 'below';
  return {
    subject: `[${severity}] ${rule.name} ${isOver ? 'is over' : 'is firing'} (${workspace.name})`,
    text: `${rule.name} ${isOver ? 'is over' : 'is firing'}.

Watched: ${threshold.metric} of ${what}${scope.clusterName === null ? '' : ` in ${scope.clusterName}`}
Rule:    at least ${threshold.occurrence} points ${direction} ${threshold.condition.value} within ${threshold.timeRange} s
Latest:  ${value ?? 'none'}
Fired:   ${minute(firedAt)}
${isOver ? `Over:    ${minute(at)}\n` : ''}`,
  };
}

function minute(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}
