import { createHash } from 'node:crypto';
import { changeConfig, loadConfig, type Config, type Context } from '@portolan/contexts/config';
import { CONTEXT_COLOURS, type ContextColour } from '@portolan/contexts/context-colours';
import { forgetToken, isTokenKept } from '@portolan/contexts/kept-token';
import { userPaths, type Environment } from '@portolan/contexts/paths';
import { Failure } from '@portolan/console/failure';
import type { ContextDetails } from '../../bridge/verbs.ts';
import { platformAddress } from '../security/deep-link.ts';

export interface NewContext {
  readonly platform: string;
  readonly name?: string | undefined;
  readonly workspace?: string | undefined;
  readonly isProduction: boolean;
}

/** The contexts of this user, in the same file as those of the command line. */
export class Contexts {
  readonly #env: Environment;
  readonly #onChange: () => void;

  constructor(env: Environment, onChange: () => void) {
    this.#env = env;
    this.#onChange = onChange;
  }

  /** Returns all contexts by name. */
  async list(): Promise<readonly ContextDetails[]> {
    const { contexts } = await this.#config();
    return Promise.all(Object.entries(contexts).map(([name, context]) => this.#describe(name, context)));
  }

  /** Returns a context; null when there is none of that name. */
  async find(name: string): Promise<ContextDetails | null> {
    const { contexts } = await this.#config();
    const context = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
    return context === undefined ? null : this.#describe(name, context);
  }

  /** Returns the context to open a platform with; null when none reaches it. */
  async forPlatform(platform: string): Promise<ContextDetails | null> {
    return (await this.list()).find((context) => context.platform === platform) ?? null;
  }

  /** Returns the context used last; null when there are none. */
  async current(): Promise<ContextDetails | null> {
    const { current } = await this.#config();
    return current === undefined ? ((await this.list())[0] ?? null) : this.find(current);
  }

  /** Adds a context, or changes the one of that name. Throws Failure for an address that is not one of a platform. */
  async add({ platform, name, workspace, isProduction }: NewContext): Promise<ContextDetails> {
    const address = platformAddress(platform.trim());
    if (address === null)
      throw new Failure(
        'This is not the address of a platform.',
        'Use an address such as https://portolan.example.com.',
      );
    const chosen = name?.trim() || new URL(address).host;
    await this.#change((config) => {
      const former = Object.hasOwn(config.contexts, chosen) ? config.contexts[chosen] : undefined;
      const isSame = former?.platform === address;
      return {
        ...config,
        current: config.current ?? chosen,
        contexts: {
          ...config.contexts,
          [chosen]: {
            // Another platform has other workspaces.
            ...(isSame ? former : {}),
            platform: address,
            production: isProduction,
            ...(workspace === undefined ? {} : { workspace }),
          },
        },
      };
    });
    return this.#required(chosen);
  }

  /** Removes a context; the sign-in is forgotten when no other context reaches the platform. */
  async remove(name: string): Promise<void> {
    const { platform } = await this.#required(name);
    await this.#change(({ contexts, ...config }) => {
      const { [name]: _removed, ...others } = contexts;
      const { current, ...rest } = config;
      return { ...rest, ...(current === name || current === undefined ? {} : { current }), contexts: others };
    });
    if ((await this.forPlatform(platform)) === null) await forgetToken(this.#env, platform);
  }

  /** Remembers which context was used last. */
  async use(name: string): Promise<void> {
    const { current } = await this.#config();
    if (current !== name) await this.#change((config) => ({ ...config, current: name }));
  }

  async #required(name: string): Promise<ContextDetails> {
    const found = await this.find(name);
    if (found === null) throw new Failure(`There is no context "${name}".`, 'Choose another one.');
    return found;
  }

  async #describe(name: string, context: Context): Promise<ContextDetails> {
    return {
      name,
      platform: context.platform,
      workspace: context.workspace ?? null,
      isProduction: context.production,
      isReadOnly: context.readOnly ?? context.production,
      colour: context.colour ?? defaultColour(name, context.production),
      isSignedIn: await isTokenKept(this.#env, context.platform),
    };
  }

  async #config(): Promise<Config> {
    return (await loadConfig(userPaths(this.#env).config)).config;
  }

  async #change(change: (config: Config) => Config): Promise<void> {
    const { problem } = await changeConfig(await loadConfig(userPaths(this.#env).config), change);
    if (problem !== null)
      throw new Failure(`The contexts cannot be changed: ${problem}.`, 'Correct the file and try again.');
    this.#onChange();
  }
}

/** Production is red, as in the terminal; the others have a colour that stays with the name. */
function defaultColour(name: string, isProduction: boolean): ContextColour {
  if (isProduction) return 'red';
  const others = CONTEXT_COLOURS.filter((colour) => colour !== 'red');
  const digest = createHash('sha256').update(name).digest();
  return others[digest.readUInt32BE(0) % others.length] ?? 'blue';
}
