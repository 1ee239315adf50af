import { print } from '../../terminal/io.ts';
import { VERSION } from '@portolan/process/version';
import type { Verb } from '../verb.ts';
import { printDocument } from '../result.ts';

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
    if (!printDocument(io, args, facts)) print(io, `portolan ${VERSION}`);
    return Promise.resolve(0);
  },
};
