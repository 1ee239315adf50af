import { complete } from './cli/complete.ts';
import { explainUnknown, findVerb } from './cli/find-verb.ts';
import type { Io } from './terminal/io.ts';
import { parseArguments } from './cli/parse-arguments.ts';
import { useProxyOfEnvironment } from './cli/proxy.ts';
import { noWords } from './cli/read-words.ts';
import { allVerbs } from './cli/registry.ts';
import { explain, oneLine, Failure } from '@portolan/console/failure';

/** Runs one command line and answers its exit code; never throws for a user's mistake. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  quietBrokenPipe(io);
  useProxyOfEnvironment();
  try {
    return await dispatch(argv, io);
  } catch (error) {
    const prefix = explain(error).code === 'unexpected' ? 'portolan: unexpected: ' : 'portolan: ';
    io.stderr.write(`${prefix}${oneLine(error)}\n`);
    return error instanceof Failure ? error.exitCode : 1;
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  if (argv[0] === '__complete') return complete(argv.slice(1), io);
  if (argv[0] === '--version') return dispatch(['version'], io);
  const isHelp = argv.some(
    (word, at) => (word === '--help' || word === '-h') && !argv.slice(0, at).includes('--'),
  );
  const asked = argv.filter((word) => !isHelp || !word.startsWith('-'));
  if (isHelp) return dispatch(['help', ...helpWords(asked)], io);
  const found = findVerb(argv, allVerbs) ?? terminalUi(argv);
  const verb = await found.entry.load();
  const args = parseArguments({ name: found.entry.name, flags: verb.flags }, found.rest);
  // A verb whose usage has no words takes none, so that a slip does not go unnoticed.
  if (verb.usage === '') noWords(args, `portolan ${found.entry.name}`);
  return verb.run(args, io);
}

/** Only the words of the verb: `portolan get apis --help` is about `get`. */
function helpWords(words: readonly string[]): readonly string[] {
  const found = findVerb(words, allVerbs);
  return found === null ? words.slice(0, 2) : found.entry.name.split(' ');
}

/** A command line without any word is the terminal UI. */
function terminalUi(argv: readonly string[]) {
  const entry = allVerbs.find(({ name }) => name === 'ui');
  const isOnlyFlags = argv.every((word, at) => word.startsWith('-') || (argv[at - 1] ?? '').startsWith('--'));
  return entry !== undefined && isOnlyFlags ? { entry, rest: argv } : explainUnknown(argv, allVerbs);
}

/** `portolan get users | head` ends without a word when `head` has enough. */
function quietBrokenPipe(io: Io): void {
  for (const stream of [io.stdout, io.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // EIO: the terminal itself is gone.
      if (error.code === 'EPIPE' || error.code === 'EIO') process.exit(0);
      throw error;
    });
}

function processIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  return { stdin, stdout, stderr, env };
}
