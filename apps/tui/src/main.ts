import { allVerbs } from './cli/all-verbs.ts';
import type { Io } from './cli/io.ts';
import { parseArguments } from './cli/parse-arguments.ts';
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
  return verb.run(parseArguments(verb, words), io);
}

function processIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  return { stdin, stdout, stderr, env };
}
