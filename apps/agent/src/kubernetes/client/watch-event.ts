import { isRecord, type KubernetesObject } from '@portolan/resources/kinds/object';
import { parseApiError } from './api-error.ts';

/** What a watch reports. */
export type WatchEvent = ObjectEvent | BookmarkEvent;

interface ObjectEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubernetesObject;
  readonly resourceVersion: string;
}

interface BookmarkEvent {
  readonly type: 'BOOKMARK';
  readonly resourceVersion: string;
  /** Whether the initial state is complete with it (`sendInitialEvents`, KEP-3157). */
  readonly isInitialEnd: boolean;
}

const INITIAL_END = 'k8s.io/initial-events-end';

/**
 * Parses one line of a watch; null for an event of a type that is not known.
 * @throws ApiError for an ERROR event, SyntaxError for what is no event
 */
export function parseWatchEvent(line: string): WatchEvent | null {
  const event: unknown = JSON.parse(line);
  const object = isRecord(event) ? event['object'] : null;
  if (!isRecord(event) || !isRecord(object)) throw new SyntaxError('a line of a watch is no event');
  const { type } = event;
  if (type === 'ERROR') throw parseApiError(500, JSON.stringify(object));
  const metadata = isRecord(object['metadata']) ? object['metadata'] : {};
  const { resourceVersion } = metadata;
  if (typeof resourceVersion !== 'string' || resourceVersion === '')
    throw new SyntaxError(`an event of a watch has no resource version`);
  if (type === 'BOOKMARK') {
    const annotations = isRecord(metadata['annotations']) ? metadata['annotations'] : {};
    return { type, resourceVersion, isInitialEnd: annotations[INITIAL_END] === 'true' };
  }
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') return null;
  return { type, object: asObject(object), resourceVersion };
}

/** @throws SyntaxError for a value that has not what every object of the API has */
export function asObject(value: unknown): KubernetesObject {
  const metadata = isRecord(value) ? value['metadata'] : null;
  if (!isRecord(value) || !isRecord(metadata) || typeof metadata['name'] !== 'string')
    throw new SyntaxError('an object has no metadata.name');
  // Checked above; apiVersion and kind are missing in items of lists, where the reader knows them.
  return value as unknown as KubernetesObject;
}
