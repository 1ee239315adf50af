import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { explain } from '@portolan/console/failure';
import { EXAMPLES } from '@portolan/local-system/example';
import { createLocalSystem, type LocalSystem } from '@portolan/local-system/local-system';
import { StartupError } from '@portolan/process/startup-error';
import type { ContextDetails, LocalSystemState } from '../bridge/verbs.ts';
import type { Connections } from './contexts/connections.ts';
import type { Contexts } from './contexts/contexts.ts';

const EXAMPLE = 'airline';
/** Name of the context that reaches the local system. */
const CONTEXT = 'local';

export interface LauncherOptions {
  /** Root of the installation that holds the programs; null where the app came without them. */
  readonly root: string | null;
  /** Node that runs them: Electron is not one, with `runAsNode` off. */
  readonly node: string;
  readonly dataDir: string;
  readonly port: number;
  readonly contexts: Contexts;
  readonly connections: Connections;
  readonly onState: (state: LocalSystemState) => void;
  /** Called with the context of a system that has just started. */
  readonly onReady: (context: ContextDetails) => void;
}

/** Starts and stops a whole Portolan on this machine, as `npm start` does. It ends with the app. */
export class LocalSystemLauncher {
  readonly #options: LauncherOptions;
  #state: LocalSystemState;
  #system: LocalSystem | null = null;

  constructor(options: LauncherOptions) {
    this.#options = options;
    this.#state = this.#isInstalled()
      ? { state: 'stopped', text: 'The local system is not running.', context: null }
      : { state: 'unavailable', text: 'This installation has no local system.', context: null };
  }

  get state(): LocalSystemState {
    return this.#state;
  }

  /** Starts the system and signs in to it; returns the state at once, and reports each step. */
  start(): LocalSystemState {
    if (['stopped', 'failed'].includes(this.#state.state)) void this.#run();
    return this.#state;
  }

  /** Stops the system; resolves when all its parts have ended. */
  async stop(): Promise<LocalSystemState> {
    const system = this.#system;
    if (system === null) return this.#state;
    this.#system = null;
    this.#set('stopping', 'Stopping; requests under way are finished first …');
    await system.stop();
    this.#set('stopped', 'The local system is not running.');
    return this.#state;
  }

  async #run(): Promise<void> {
    const { root, node, dataDir, port } = this.#options;
    this.#set('starting', 'Starting …');
    let system: LocalSystem | null = null;
    try {
      system = createLocalSystem({
        root: root ?? '',
        node,
        served: {
          kind: 'directory',
          directory: join(root ?? '', 'examples', EXAMPLE),
          generation: EXAMPLES[EXAMPLE],
        },
        dataDir,
        port,
        restarts: true,
        onProgress: (text) => this.#system === system && this.#set('starting', `${text} …`),
        // A part may have something to say before all of them are ready.
        onChange: (text) =>
          this.#system === system && this.#set(this.#state.state, text, this.#state.context),
      });
      this.#system = system;
      const { platform, bootstrap } = await system.start();
      const context = await this.#signIn(platform, bootstrap);
      if (this.#system !== system) return;
      this.#set('running', `Running at ${platform}.`, context.name);
      this.#options.onReady(context);
    } catch (error) {
      // Stopped meanwhile: its parts ended before they were ready.
      if (system !== null && this.#system !== system) return;
      this.#system = null;
      await system?.stop();
      this.#set('failed', wordsOf(error));
    }
  }

  async #signIn(
    platform: string,
    { adminToken, workspace }: { readonly adminToken: string; readonly workspace: string },
  ): Promise<ContextDetails> {
    const { contexts, connections } = this.#options;
    const context = await contexts.add({ name: CONTEXT, platform, workspace, isProduction: false });
    await connections.useToken(context, adminToken);
    return context;
  }

  #isInstalled(): boolean {
    const { root, node } = this.#options;
    return root !== null && existsSync(join(root, 'apps/platform/src/main.ts')) && existsSync(node);
  }

  #set(state: LocalSystemState['state'], text: string, context: string | null = null): void {
    this.#state = { state, text, context };
    this.#options.onState(this.#state);
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof StartupError) return `${error.message} ${error.fix}`;
  const { message, fix } = explain(error);
  return [message, fix].filter(Boolean).join(' ');
}
