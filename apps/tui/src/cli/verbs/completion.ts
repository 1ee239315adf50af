import { usageFailure } from '@portolan/console/failure';
import { print } from '../../terminal/io.ts';
import type { Verb } from '../verb.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const completionVerb: Verb = {
  usage: SHELLS.join('|'),
  details: 'Completes verbs, flags, kinds, and names of objects, which it reads from the platform.',
  examples: [
    'source <(portolan completion bash)',
    'portolan completion zsh > "${fpath[1]}/_portolan"',
    'portolan completion fish > ~/.config/fish/completions/portolan.fish',
  ],
  complete: [SHELLS],
  flags: {},
  run(args, io) {
    const [wanted] = args.words;
    const shell = SHELLS.find((one) => one === wanted);
    if (shell === undefined)
      throw usageFailure(
        wanted === undefined ? 'The shell is missing.' : `There is no completion for "${wanted}".`,
        `Shells: ${SHELLS.join(', ')}.`,
      );
    print(io, scripts[shell]);
    return Promise.resolve(0);
  },
};

/** Each asks `portolan __complete` with the words up to the cursor, so that there is one place that knows. */
const scripts: Readonly<Record<(typeof SHELLS)[number], string>> = {
  // Words of bash end at "=" and ":"; what is offered is cut back to the part that is being typed.
  bash: `_portolan() {
  local line="\${COMP_LINE:0:COMP_POINT}" current out
  local quotes="'\\""
  local -a words
  read -ra words <<< "\${line//[$quotes]/}"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  current="\${words[-1]}"
  out="$("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null)"
  COMPREPLY=()
  if [[ "$out" == ":files" ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]#=}")
    return
  fi
  local cut="" here="\${COMP_WORDS[COMP_CWORD]}"
  [[ "$here" == [=:] ]] && here=""
  # Words begin at "@" as well, and it is part of them.
  [[ "\${current%"$here"}" == *@ ]] && here="@$here"
  cut="\${current%"$here"}"
  local word
  while IFS=$'\\t' read -r word _; do
    [[ -n "$word" ]] && COMPREPLY+=("$(printf '%q' "\${word:\${#cut}}")")
  done <<< "$out"
  [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == *[=/] ]] && compopt -o nospace 2>/dev/null
}
complete -F _portolan portolan`,
  zsh: `#compdef portolan
_portolan() {
  local out line
  local -a found
  out="$("\${words[1]}" __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)"
  if [[ "$out" == ":files" ]]; then
    _files
    return
  fi
  for line in "\${(f)out}"; do
    [[ -z "$line" ]] && continue
    local word="\${line%%$'\\t'*}" help=""
    [[ "$line" == *$'\\t'* ]] && help="\${line#*$'\\t'}"
    found+=("\${word//:/\\\\:}\${help:+:$help}")
  done
  _describe 'portolan' found
}
if [ "$funcstack[1]" = "_portolan" ]; then _portolan; else compdef _portolan portolan; fi`,
  fish: `function __portolan_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l out (command $words[1] __complete $words[2..-1] 2>/dev/null)
  if test "$out" = ":files"
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $out
  end
end
complete -c portolan -f -a '(__portolan_complete)'`,
};
