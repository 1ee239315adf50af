import { usageFailure } from '../../failure.ts';
import { print } from '../io.ts';
import type { Flags, Verb } from '../verb.ts';

const VERSION = '0.1.0';

export const versionVerb: Verb = {
  name: 'version',
  usage: '',
  summary: 'Show the version',
  flags: {},
  async run(_args, io) {
    print(io, `portolan ${VERSION}`);
    return 0;
  },
};

/** `help` needs the whole list, which also holds `help` itself. */
export function createHelpVerb(verbs: () => readonly Verb[]): Verb {
  return {
    name: 'help',
    usage: '[VERB]',
    summary: 'Show how to use portolan, or one verb of it',
    complete: 'verbs',
    flags: {},
    async run(args, io) {
      const [name] = args.words;
      if (name === undefined) {
        print(io, overviewText(verbs()));
        return 0;
      }
      const verb = verbs().find((one) => one.name === name);
      if (verb === undefined) throw usageFailure(`There is no verb "${name}".`, 'See: portolan help');
      print(io, verbText(verb));
      return 0;
    },
  };
}

function overviewText(verbs: readonly Verb[]): string {
  const width = Math.max(...verbs.map((verb) => verb.name.length));
  return [
    'portolan: API management from the terminal',
    '',
    'Usage: portolan              the terminal UI',
    '       portolan VERB …       one thing, then done',
    '',
    ...verbs.map((verb) => `  ${verb.name.padEnd(width)}  ${verb.summary}`),
    '',
    'More about a verb: portolan help VERB',
    'Exit codes: 0 done, 1 not done, 2 wrong command line',
  ].join('\n');
}

/** Help of one verb; also its part of docs/cli.md. */
export function verbText(verb: Verb): string {
  return [
    `Usage: portolan ${verb.name} ${verb.usage}`.trimEnd(),
    '',
    `${verb.summary}.`,
    ...(Object.keys(verb.flags).length > 0 ? ['', 'Flags:', ...flagLines(verb.flags)] : []),
    ...(verb.examples ? ['', 'Examples:', ...verb.examples.map((example) => `  ${example}`)] : []),
  ].join('\n');
}

function flagLines(flags: Flags): readonly string[] {
  const heads = Object.entries(flags).map(([name, flag]) => {
    const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
    return { head: `${short}--${name}${flag.value === undefined ? '' : ` ${flag.value}`}`, help: flag.help };
  });
  const width = Math.max(...heads.map(({ head }) => head.length));
  return heads.map(({ head, help }) => `  ${head.padEnd(width)}  ${help}`);
}
