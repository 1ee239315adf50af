import { allVerbs } from './cli/all-verbs.ts';
import type { Io } from './cli/io.ts';
import { parseArguments } from './cli/parse-arguments.ts';
import type { Flags } from './cli/verb.ts';
import { explain, oneLine, usageFailure, Failure } from './failure.ts';

/** Runs one command line and answers its exit code; never throws for a user's mistake. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    const prefix = explain(error).code === 'unexpected' ? 'portolan: unexpected: ' : 'portolan: ';
    io.stderr.write(`${prefix}${oneLine(error)}\n`);
    return error instanceof Failure ? error.exitCode : 1;
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const [first = 'ui', ...rest] = argv;
  const name = first === '--help' || first === '-h' ? 'help' : first === '--version' ? 'version' : first;
  const isFlag = name.startsWith('-');
  const verb = allVerbs.find((one) => one.name === (isFlag ? 'ui' : name));
  if (verb === undefined) {
    throw usageFailure(`There is no verb "${name}".`, 'See: portolan help');
  }
  const words = isFlag ? argv : rest;
  if (words.includes('--help') || words.includes('-h')) return dispatch(['help', verb.name], io);
  const at = isFlag ? findWord(argv, verb.flags) : -1;
  const word = argv[at];
  // `portolan --context prod get apis`: a verb may stand behind flags.
  if (word !== undefined && allVerbs.some((one) => one.name === word))
    return dispatch([word, ...argv.slice(0, at), ...argv.slice(at + 1)], io);
  return verb.run(parseArguments(verb, words), io);
}

/** Where the first word stands that is neither a flag nor the value of one; -1 when there is none. */
function findWord(argv: readonly string[], flags: Flags | undefined): number {
  return argv.findIndex((text, at) => {
    const before = argv[at - 1] ?? '';
    return !text.startsWith('-') && flags?.[before.replace(/^--/, '')]?.type !== 'string';
  });
}

function processIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  return { stdin, stdout, stderr, env };
}
