import { print } from '../../terminal/io.ts';
import { VERSION } from '../version.ts';
import type { Verb } from '../verb.ts';

export const versionVerb: Verb = {
  usage: '',
  flags: {
    output: { type: 'string', short: 'o', value: 'FORMAT', choices: ['text', 'json'], help: 'text or json' },
  },
  run(args, io) {
    const facts = {
      version: VERSION,
      node: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
    };
    print(io, args.text('output') === 'json' ? JSON.stringify(facts, null, 2) : `portolan ${VERSION}`);
    return Promise.resolve(0);
  },
};
