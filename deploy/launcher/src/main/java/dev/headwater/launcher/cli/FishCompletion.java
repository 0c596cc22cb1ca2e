package dev.headwater.launcher.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completion for fish, which picocli has none for. */
final class FishCompletion {
  /** Words that are no flags, after the command; a flag's own value counts as one, as in help. */
  private static final String FUNCTIONS =
      """
      function __headwater_words
          for word in (commandline -opc)[2..-1]
              string match -q -- '-*' $word; or echo $word
          end
      end
      function __headwater_is
          set -l words (__headwater_words)
          test "$words" = "$argv"
      end
      function __headwater_begins
          set -l words (__headwater_words)
          set -l length (count $argv)
          test (count $words) -ge $length; and test "$words[1..$length]" = "$argv"
      end
      complete -c headwater -f
      """;

  private FishCompletion() {}

  static String of(CommandSpec root) {
    List<String> lines = new ArrayList<>();
    verbs(root, "", lines);
    return FUNCTIONS + String.join("\n", lines);
  }

  private static void verbs(CommandSpec spec, String path, List<String> lines) {
    for (Map.Entry<String, CommandLine> verb : spec.subcommands().entrySet()) {
      CommandSpec below = verb.getValue().getCommandSpec();
      lines.add(
          "complete -c headwater -n '__headwater_is%s' -a %s -d %s"
              .formatted(path, verb.getKey(), quoted(below.usageMessage().description())));
      String longer = path + " " + verb.getKey();
      for (OptionSpec option : below.options()) {
        if (!option.hidden()) {
          lines.add(flag(option, longer));
        }
      }
      for (PositionalParamSpec word : below.positionalParameters()) {
        if (word.completionCandidates() != null) {
          lines.add(
              "complete -c headwater -n '__headwater_is%s' -a '%s'"
                  .formatted(longer, String.join(" ", word.completionCandidates())));
        }
      }
      verbs(below, longer, lines);
    }
  }

  private static String flag(OptionSpec option, String path) {
    String names =
        Stream.of(option.names())
            .map(
                name ->
                    name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1))
            .collect(Collectors.joining(" "));
    return "complete -c headwater -n '__headwater_begins%s' %s%s -d %s"
        .formatted(path, names, value(option), quoted(option.description()));
  }

  private static String value(OptionSpec option) {
    if (option.arity().max() == 0) {
      return "";
    }
    if (option.completionCandidates() != null) {
      return " -x -a '%s'".formatted(String.join(" ", option.completionCandidates()));
    }
    return Path.class.isAssignableFrom(option.type()) ? " -r -F" : " -x";
  }

  private static String quoted(String... description) {
    String first = description.length == 0 ? "" : description[0];
    return "'" + first.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
