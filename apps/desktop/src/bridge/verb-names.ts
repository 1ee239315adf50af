/** Everything a page can ask the main process for. Apart from their schemas: the preload script needs only the names. */
export const VERBS = [
  'describeWindow',
  'listContexts',
  'addContext',
  'openContext',
  'removeContext',
  'signIn',
  'cancelSignIn',
  'signOut',
  'fetch',
  'readBody',
  'cancelFetch',
  'openExternal',
  'copyText',
  'saveText',
  'describeLocalSystem',
  'startLocalSystem',
  'stopLocalSystem',
  'readSettings',
  'changeSettings',
  'copyDiagnostics',
] as const;
export type Verb = (typeof VERBS)[number];

/** Returns the channel of a verb. */
export function channelOf(verb: Verb): string {
  return `portolan:${verb}`;
}

export const EVENT_CHANNEL = 'portolan:event';
