import { changeConfig, loadConfig } from '../../config/config.ts';
import { userPaths } from '../../config/paths.ts';
import { Failure, usageFailure } from '../../failure.ts';
import { print, tell } from '../io.ts';
import type { Verb } from '../verb.ts';

/** Shows the known platforms, or switches to another one. */
export const contextVerb: Verb = {
  usage: '[NAME]',
  complete: ['contexts'],
  flags: {},
  async run(args, io) {
    const loaded = await loadConfig(userPaths(io.env).config);
    if (loaded.problem !== null) throw new Failure(`${loaded.problem}.`, 'Correct the file.');
    const { contexts, current } = loaded.config;
    const [name] = args.words;
    if (name === undefined) {
      if (Object.keys(contexts).length === 0) tell(io, 'None yet: portolan login makes one.');
      for (const [one, { platform, workspace, production }] of Object.entries(contexts)) {
        print(
          io,
          `${one === current ? '*' : ' '} ${one}  ${platform}  ${workspace ?? ''}${production ? '  PROD' : ''}`.trimEnd(),
        );
      }
      return 0;
    }
    if (!Object.hasOwn(contexts, name))
      throw usageFailure(
        `There is no context "${name}".`,
        `Contexts: ${Object.keys(contexts).join(', ') || 'none'}.`,
      );
    await changeConfig(loaded, (config) => ({ ...config, current: name }));
    tell(io, `Now ${name}.`);
    return 0;
  },
};
