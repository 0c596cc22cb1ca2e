package dev.headwater.launcher.cli;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code completion SHELL}: a script that completes verbs and flags, made from what help shows. */
@Command(
    name = "completion",
    description = {
      "Print a script that completes verbs and flags in a shell:",
      "  source <(headwater completion bash)      in ~/.bashrc; zsh likewise, after compinit",
      "  headwater completion fish | source       in ~/.config/fish/config.fish"
    },
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
  /** Whose script. */
  enum Shell {
    BASH,
    ZSH,
    FISH
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Their names as they are written. */
  static final class Shells implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("bash", "zsh", "fish").iterator();
    }
  }

  @Parameters(
      paramLabel = "bash|zsh|fish",
      completionCandidates = Shells.class,
      description = "The shell.")
  private Shell shell = Shell.BASH;

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    String name = root.getCommandName();
    // zsh takes bash's script by bashcompinit, which the script switches on.
    spec.commandLine()
        .getOut()
        .println(
            shell == Shell.FISH
                ? FishCompletion.of(root.getCommandSpec())
                : AutoComplete.bash(name, root));
    return 0;
  }
}
