import type { ContextColour } from '@portolan/contexts/context-colours';
import { z } from 'zod';
import type { Verb } from './verb-names.ts';

const contextName = z.string().min(1).max(200);
const requestId = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const httpToken = z.string().regex(/^[!#$%&'*+.^_`|~\w-]{1,100}$/);

/** What a page may ask the main process for: the input of each verb. Everything else is refused before it reaches any code. */
export const verbInputs = {
  describeWindow: z.undefined(),
  listContexts: z.undefined(),
  addContext: z.strictObject({
    platform: z.string().min(1).max(2000),
    name: contextName.optional(),
    isProduction: z.boolean().default(false),
  }),
  openContext: z.strictObject({ name: contextName }),
  removeContext: z.strictObject({ name: contextName }),
  signIn: z.undefined(),
  cancelSignIn: z.undefined(),
  signOut: z.undefined(),
  fetch: z.strictObject({
    id: requestId,
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
    /** Path and query below the context's platform. */
    path: z
      .string()
      .max(16_384)
      .regex(/^\/api\/[^\\]*$/),
    headers: z.record(httpToken, z.string().max(8192)),
    body: z.string().max(32_000_000).nullable(),
  }),
  readBody: z.strictObject({ id: requestId }),
  cancelFetch: z.strictObject({ id: requestId }),
  openExternal: z.strictObject({ url: z.string().max(16_384) }),
  copyText: z.strictObject({ text: z.string().max(4_000_000) }),
  saveText: z.strictObject({ name: z.string().min(1).max(200), text: z.string().max(100_000_000) }),
  describeLocalSystem: z.undefined(),
  startLocalSystem: z.undefined(),
  stopLocalSystem: z.undefined(),
  readSettings: z.undefined(),
  changeSettings: z.strictObject({ notifications: z.boolean().optional(), tray: z.boolean().optional() }),
  copyDiagnostics: z.undefined(),
} satisfies Readonly<Record<Verb, z.ZodType>>;

export type VerbInput<V extends Verb> = z.output<(typeof verbInputs)[V]>;
/** The same before defaults, as a page gives it. */
export type VerbArgument<V extends Verb> = z.input<(typeof verbInputs)[V]>;

export interface ContextDetails {
  readonly name: string;
  readonly platform: string;
  readonly workspace: string | null;
  readonly isProduction: boolean;
  readonly isReadOnly: boolean;
  readonly colour: ContextColour;
  readonly isSignedIn: boolean;
}

export interface WindowDetails {
  /** Context the window belongs to; null for the start window. */
  readonly context: ContextDetails | null;
  readonly system: 'macos' | 'windows' | 'linux';
  readonly version: string;
}

export interface FetchHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Complete text, or a body that `readBody` reads by the id of the request. */
  readonly body: { readonly kind: 'text'; readonly text: string } | { readonly kind: 'stream' };
}

export interface LocalSystemState {
  readonly state: 'unavailable' | 'stopped' | 'starting' | 'running' | 'stopping' | 'failed';
  /** What happens now, or why it failed and what to do. */
  readonly text: string;
  /** Context that reaches it while it runs. */
  readonly context: string | null;
}

interface DesktopSettings {
  readonly notifications: boolean;
  readonly tray: boolean;
}

/** What each verb resolves with. */
export interface VerbResults {
  readonly describeWindow: WindowDetails;
  readonly listContexts: readonly ContextDetails[];
  readonly addContext: ContextDetails;
  readonly openContext: void;
  /** False when the person kept it. */
  readonly removeContext: boolean;
  readonly signIn: void;
  readonly cancelSignIn: void;
  readonly signOut: void;
  readonly fetch: FetchHead;
  /** Next part of the body; null at its end. */
  readonly readBody: Uint8Array | null;
  readonly cancelFetch: void;
  /** False when the person kept the browser closed. */
  readonly openExternal: boolean;
  readonly copyText: void;
  /** False when the person cancelled. */
  readonly saveText: boolean;
  readonly describeLocalSystem: LocalSystemState;
  readonly startLocalSystem: LocalSystemState;
  readonly stopLocalSystem: LocalSystemState;
  readonly readSettings: DesktopSettings;
  readonly changeSettings: DesktopSettings;
  readonly copyDiagnostics: void;
}

/** What happens in the main process that a page acts on. */
export type BridgeEvent =
  | { readonly type: 'command'; readonly id: string }
  | { readonly type: 'navigate'; readonly path: string }
  | { readonly type: 'contexts' }
  | { readonly type: 'local-system'; readonly state: LocalSystemState };

/** An error as a page may see it: no stack, no secret. */
export interface BridgeError {
  readonly message: string;
  readonly fix: string | null;
  readonly code: string;
}

export type Reply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: BridgeError };

/** `window.portolan` in the desktop app: one function per verb, and the events of the main process. */
export type DesktopBridge = {
  readonly [V in Verb]: (input?: VerbArgument<V>) => Promise<Reply<VerbResults[V]>>;
} & {
  /** Calls the listener for each event until the returned function is called. */
  readonly onEvent: (listener: (event: BridgeEvent) => void) => () => void;
};
