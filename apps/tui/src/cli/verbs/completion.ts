import { usageFailure } from '../../failure.ts';
import { allKinds } from '../../kinds/all-kinds.ts';
import { print } from '../io.ts';
import type { Verb } from '../verb.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Completion needs the whole list of verbs, which also holds itself. */
export function createCompletionVerb(verbs: () => readonly Verb[]): Verb {
  return {
    name: 'completion',
    usage: SHELLS.join('|'),
    summary: 'Print the completion of a shell',
    examples: [
      'source <(portolan completion bash)',
      'portolan completion fish > ~/.config/fish/completions/portolan.fish',
    ],
    complete: 'shells',
    flags: {},
    async run(args, io) {
      const [wanted] = args.words;
      const shell = SHELLS.find((one) => one === wanted);
      if (shell === undefined) throw usageFailure('Which shell?', `One of: ${SHELLS.join(', ')}.`);
      const list = verbs();
      print(
        io,
        shell === 'bash'
          ? bash(list)
          : shell === 'zsh'
            ? `#compdef portolan\nautoload -U +X bashcompinit && bashcompinit\n${bash(list)}`
            : fish(list),
      );
      return 0;
    },
  };
}

const kindNames = [...new Set(allKinds.flatMap((kind) => [kind.name, kind.singular]))];

function wordsOf(verb: Verb, verbs: readonly Verb[]): readonly string[] {
  if (verb.complete === 'kinds') return kindNames;
  if (verb.complete === 'shells') return SHELLS;
  return verb.complete === 'verbs' ? verbs.map((one) => one.name) : [];
}

function flagsOf(verb: Verb): readonly string[] {
  return Object.entries(verb.flags).flatMap(([name, flag]) => [
    `--${name}`,
    ...(flag.short === undefined ? [] : [`-${flag.short}`]),
  ]);
}

function bash(verbs: readonly Verb[]): string {
  const choices = verbs.flatMap((verb) =>
    Object.entries(verb.flags).flatMap(([name, flag]) =>
      flag.choices
        ? [
            `    ${verb.name}:--${name}${flag.short === undefined ? '' : `|${verb.name}:-${flag.short}`}) COMPREPLY=($(compgen -W "${flag.choices.join(' ')}" -- "$word")); return ;;`,
          ]
        : [],
    ),
  );
  return [
    '_portolan() {',
    '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" verb="${COMP_WORDS[1]}"',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W "up ${verbs.map((verb) => verb.name).join(' ')}" -- "$word")); return`,
    '  fi',
    '  case "$verb:$before" in',
    ...choices,
    '    *:-f|*:--filename|*:--token-file|*:--password-file) COMPREPLY=($(compgen -f -- "$word")); return ;;',
    '  esac',
    '  case "$verb" in',
    ...verbs.map(
      (verb) =>
        `    ${verb.name}) COMPREPLY=($(compgen -W "${[...wordsOf(verb, verbs), ...flagsOf(verb)].join(' ')}" -- "$word")) ;;`,
    ),
    '  esac',
    '}',
    'complete -F _portolan portolan',
  ].join('\n');
}

function fish(verbs: readonly Verb[]): string {
  const quote = (text: string) => `'${text.replaceAll("'", "\\'")}'`;
  return [
    'complete -c portolan -f',
    ...verbs.flatMap((verb) => [
      `complete -c portolan -n __fish_use_subcommand -a ${verb.name} -d ${quote(verb.summary)}`,
      ...(wordsOf(verb, verbs).length === 0
        ? []
        : [
            `complete -c portolan -n '__fish_seen_subcommand_from ${verb.name}' -a ${quote(wordsOf(verb, verbs).join(' '))}`,
          ]),
      ...Object.entries(verb.flags).map(([name, flag]) =>
        [
          `complete -c portolan -n '__fish_seen_subcommand_from ${verb.name}' -l ${name}`,
          flag.short === undefined ? '' : `-s ${flag.short}`,
          flag.type === 'string' ? '-r' : '',
          flag.value?.includes('FILE') === true ? '-F' : '',
          flag.choices ? `-a ${quote(flag.choices.join(' '))}` : '',
          `-d ${quote(flag.help)}`,
        ]
          .filter((part) => part !== '')
          .join(' '),
      ),
    ]),
  ].join('\n');
}
