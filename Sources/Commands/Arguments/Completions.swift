/// Scripts that let a shell complete assay's command lines, made from the commands' own descriptions.
package enum Completions {
  package static let shells = ["bash", "zsh", "fish"]

  /// The script for `shell`; nil if it is none of `shells`.
  package static func script(for shell: String, _ commands: [CommandDescription]) -> String? {
    switch shell {
    case "bash": bash(commands)
    case "zsh": zsh(commands)
    case "fish": fish(commands)
    default: nil
    }
  }

  private static func bash(_ commands: [CommandDescription]) -> String {
    let cases = commands.map { command in
      """
          \(command.name)) words="\(command.options.map(\.name).joined(separator: " "))" ;;
      """
    }
    let values = Set(commands.flatMap(\.options).filter { !$0.choices.isEmpty }).sorted { $0.name < $1.name }
      .map {
        """
            \($0.name)) COMPREPLY=($(compgen -W "\($0.choices.joined(separator: " "))" -- "$current")); return ;;
        """
      }
    return """
      _assay() {
        local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" words=""
        if [ "$COMP_CWORD" -eq 1 ]; then
          COMPREPLY=($(compgen -W "\(commands.map(\.name).joined(separator: " "))" -- "$current"))
          return
        fi
        case "$previous" in
      \(values.joined(separator: "\n"))
        esac
        case "${COMP_WORDS[1]}" in
      \(cases.joined(separator: "\n"))
        esac
        if [[ "$current" == -* ]]; then
          COMPREPLY=($(compgen -W "$words --help" -- "$current"))
        else
          COMPREPLY=($(compgen -f -- "$current"))
        fi
      }
      complete -o filenames -F _assay assay

      """
  }

  private static func zsh(_ commands: [CommandDescription]) -> String {
    let names = commands.map { "    '\($0.name):\(quoted($0.summary))'" }
    let cases = commands.map { command in
      let options = command.options.map { option in
        let repeated = option.isRepeatable ? "*" : ""
        let value = option.value.map { value in
          option.choices.isEmpty
            ? ":\(quoted(value)):_files" : ":\(option.name):(\(option.choices.joined(separator: " ")))"
        }
        return "      '\(repeated)\(option.name)[\(quoted(option.help))]\(value ?? "")'"
      }
      return
        "    \(command.name)) _arguments \\\n\((options + ["      '*:file:_files'"]).joined(separator: " \\\n")) ;;"
    }
    return """
      #compdef assay
      _assay() {
        local -a commands=(
      \(names.joined(separator: "\n"))
        )
        if (( CURRENT == 2 )); then
          _describe command commands
          return
        fi
        local command="$words[2]"
        shift words
        (( CURRENT-- ))
        case "$command" in
      \(cases.joined(separator: "\n"))
        esac
      }
      _assay "$@"

      """
  }

  private static func fish(_ commands: [CommandDescription]) -> String {
    var lines: [String] = []
    for command in commands {
      lines.append(
        "complete -c assay -n __fish_use_subcommand -f -a \(command.name) -d '\(quoted(command.summary))'")
      for option in command.options {
        let short = option.short.map { " -s \($0.dropFirst())" } ?? ""
        let value =
          option.value == nil
          ? "" : option.choices.isEmpty ? " -r" : " -x -a '\(option.choices.joined(separator: " "))'"
        lines.append(
          "complete -c assay -n '__fish_seen_subcommand_from \(command.name)'\(short) -l \(option.name.dropFirst(2))\(value)"
            + " -d '\(quoted(option.help))'")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Text that may stand between single quotes and, for zsh, inside brackets.
  private static func quoted(_ text: String) -> String {
    String(
      text.compactMap { character -> Character? in
        switch character {
        case "'", "[", "]", ":": nil
        default: character
        }
      })
  }
}
