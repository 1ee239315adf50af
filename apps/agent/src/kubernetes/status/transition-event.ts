import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { ClusterEvent } from '../events/event-recorder.ts';
import type { Condition } from './conditions.ts';

/** An object older than this is no news when the agent sees it for the first time. */
const NEW_MS = 10 * 60_000;

/**
 * Returns the Event of a condition that changed; null where it is none: what is not known yet, and good news of old objects that
 * the agent sees for the first time (which are many when it is installed).
 */
export function eventOf(
  regarding: KubernetesObject,
  { status, reason, message }: Condition,
  isFirst: boolean,
): ClusterEvent | null {
  if (status === 'Unknown') return null;
  const created = Date.parse(regarding.metadata.creationTimestamp ?? '');
  const isOld = Date.now() - created > NEW_MS;
  if (isFirst && isOld && status === 'True') return null;
  return {
    regarding,
    type: status === 'True' ? 'Normal' : 'Warning',
    reason,
    action: 'Reconcile',
    note: message || reason,
  };
}
