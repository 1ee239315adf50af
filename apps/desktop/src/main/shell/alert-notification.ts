import { Notification } from 'electron';
import type { Alert } from '@portolan/contract/alerts';
import { conditionOf, targetOf } from '@portolan/console/kinds/alert-conditions';
import { safeText } from '@portolan/console/safe-text';

/** Shows an alert as a notification of the system; a click opens it. */
export function notifyAlert(
  alert: Alert,
  { context, workspace }: { readonly context: string; readonly workspace: string },
  onOpen: (path: string) => void,
): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({
    title: safeText(`${alert.rule.name} – ${context}`).slice(0, 120),
    body: safeText(`${targetOf(alert.scope)}: ${conditionOf(alert.threshold)}`).slice(0, 300),
    urgency: alert.severity === 'critical' ? 'critical' : 'normal',
  });
  notification.on('click', () =>
    onOpen(`/w/${encodeURIComponent(workspace)}/alerts/${encodeURIComponent(alert.id)}`),
  );
  notification.show();
}
