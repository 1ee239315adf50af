import type { AlertNotification } from '@portolan/contract/alert-receivers';

/** Returns the subject and plain text of a notification's mail. */
export function mailText({ type, at, workspace, alert }: AlertNotification): {
  readonly subject: string;
  readonly text: string;
} {
  if (!alert) {
    const subject = `Test notification for ${workspace.name}`;
    return {
      subject,
      text: `This is a test notification from Portolan. Alerts of ${workspace.name} will be sent to this address.\n`,
    };
  }
  const { rule, severity, scope, threshold, value, firedAt } = alert;
  const isOver = type === 'alert.resolved';
  const what = `${scope.kind} ${scope.namespace === '' ? '' : `${scope.namespace}/`}${scope.name}`;
  const direction = threshold.condition.above ? 'above' : 'below';
  return {
    subject: `[${severity}] ${rule.name} ${isOver ? 'is resolved' : 'is firing'} (${workspace.name})`,
    text: `${rule.name} ${isOver ? 'is resolved' : 'is firing'}.

Metric:   ${threshold.metric} of ${what}${scope.clusterName === null ? '' : ` in ${scope.clusterName}`}
Rule:     at least ${threshold.occurrence} data points ${direction} ${threshold.condition.value} within ${threshold.timeRange} s
Latest:   ${value ?? 'none'}
Fired:    ${minute(firedAt)}
${isOver ? `Resolved: ${minute(at)}\n` : ''}`,
  };
}

function minute(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}
