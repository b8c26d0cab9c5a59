/**
 * The scripts that connect shells to `rbac __complete`. It gets the line up to the cursor as text, and answers with
 * `files`, or with `words` and a word a line, a tab and its meaning behind it where the shell shows that.
 */

const bash = `# Completion of rbac for bash; load it with: source <(rbac completion bash)
_rbac() {
  local answer= line
  COMPREPLY=()
  while IFS= read -r line; do
    if [ -n "$answer" ]; then COMPREPLY+=("$line"); else answer=$line; fi
  done < <(command rbac __complete bash "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
  [ "$answer" != files ] || compopt -o default 2>/dev/null
}
complete -F _rbac rbac
`;

const zsh = `#compdef rbac
# Completion of rbac for zsh; load it with: source <(rbac completion zsh)
_rbac() {
  local -a answer matches shown
  local line=$LBUFFER
  # Behind an open quote zsh leaves that out.
  [[ -z $compstate[quote] ]] || line="\${LBUFFER%"$PREFIX"}$compstate[quote]$PREFIX"
  answer=("\${(@f)$(command rbac __complete zsh "$line" 2>/dev/null)}")
  if [[ $answer[1] == files ]]; then
    [[ $PREFIX != --*=* ]] || compset -P '--*='
    _files
    return
  fi
  for line in "\${(@)answer[2,-1]}"; do
    matches+=("\${line%%$'\\t'*}")
    shown+=("\${line/$'\\t'/  -- }")
  done
  if [[ "$answer" == *$'\\t'* ]]; then compadd -l -d shown -a matches; else compadd -a matches; fi
}
if [[ $funcstack[1] == _rbac ]]; then _rbac "$@"; else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
  compdef _rbac rbac
fi
`;

const fish = `# Completion of rbac for fish; load it with: rbac completion fish | source
function __rbac_complete
    set -l line (commandline -cp | string collect)
    set -l answer (command rbac __complete fish "$line" 2>/dev/null)
    if test "$answer[1]" = files
        __fish_complete_path (commandline -ct | string replace -r '^--[^=]+=' '')
    else
        printf '%s\\n' $answer[2..-1]
    end
end
complete -c rbac -f -a '(__rbac_complete)'
`;

export const SCRIPTS = { bash, zsh, fish } as const;

export type ShellName = keyof typeof SCRIPTS;

export const SHELLS = Object.keys(SCRIPTS) as readonly ShellName[];
