package dev.headwater.launcher.cli;

import dev.headwater.access.KeyLine;
import dev.headwater.access.Principal;
import dev.headwater.access.Rates;
import dev.headwater.access.Role;
import dev.headwater.access.Secrets;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.report.WrongUseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keys create NAME}: makes an API key, which is shown once and kept nowhere. */
@Command(
    name = "keys",
    description = "Make API keys.",
    mixinStandardHelpOptions = true,
    subcommands = KeysCommand.Create.class)
final class KeysCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new WrongUseException("say keys create NAME --role ROLE");
  }

  /** {@code keys create}. */
  @Command(
      name = "create",
      description = "Print a new key once, and the line (with its hash) that a server needs.",
      mixinStandardHelpOptions = true)
  static final class Create implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Stands in audits.")
    String name = "";

    @Option(
        names = "--role",
        required = true,
        paramLabel = "ROLE",
        description = "read, merchant or operator.")
    Role role = Role.READ;

    @Option(
        names = "--domains",
        split = ",",
        defaultValue = "*",
        paramLabel = "D",
        description = "Domains that it may name, with commas between (default: all).")
    List<String> domains = List.of("*");

    @Option(names = "--requests", paramLabel = "N", description = "Requests a second (0: any).")
    int requests;

    @Option(names = "--events", paramLabel = "N", description = "Events a second (0: any).")
    int events;

    @Option(names = "--items", paramLabel = "N", description = "Items a second (0: any).")
    int items;

    @Option(
        names = "--speaks-for-others",
        description = "For a serving node's calls to the store: audits name its caller too.")
    boolean speaksForOthers;

    @Option(
        names = "--file",
        paramLabel = "FILE",
        description = "Append the line to this key file.")
    @Nullable Path file;

    @Override
    public Integer call() throws IOException {
      String key = Secrets.newKey(new SecureRandom());
      Rates rates = new Rates(requests, events, items);
      Principal principal =
          new Principal(
              name,
              role,
              Set.copyOf(domains),
              rates.equals(Rates.ANY) ? null : rates,
              speaksForOthers);
      String line = checked(new KeyLine(principal, Secrets.sha256(key)).format());
      if (file != null) {
        append(file, line);
      }
      Output.line("key, shown this once: " + key);
      Output.line(file == null ? "line for access.keys or the key file:" : "written to " + file);
      Output.line(line);
      return 0;
    }

    /**
     * A file that cannot be read whole is not taken: keys that were taken away would still work.
     */
    private void append(Path file, String line) throws IOException {
      String present = Files.exists(file) ? Files.readString(file) : "";
      boolean known =
          present
              .lines()
              .map(String::strip)
              .filter(each -> !each.isEmpty() && !each.startsWith("#"))
              .anyMatch(each -> KeyLine.parse(each).principal().name().equals(name));
      if (known) {
        throw new WrongUseException(
            file + " has a key named " + name + ": give the new one another name");
      }
      String gap = present.isEmpty() || present.endsWith("\n") ? "" : "\n";
      Files.writeString(
          file, gap + line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static String checked(String line) {
      try {
        return KeyLine.parse(line).format();
      } catch (IllegalArgumentException e) {
        throw new WrongUseException(String.valueOf(e.getMessage()));
      }
    }
  }
}
