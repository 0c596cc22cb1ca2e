package dev.headwater.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs by which an operator asks for table versions and moves between them. */
final class VersionVerbs {
  private VersionVerbs() {}

  /** {@code versions}. */
  @Command(
      name = "versions",
      description = "List table versions: sealed, announced, rejected, pinned.",
      mixinStandardHelpOptions = true)
  static final class Versions implements Callable<Integer> {
    @Mixin StoreOptions store = new StoreOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
      return store.run(client -> client.versions());
    }
  }

  /** {@code store-health}. */
  @Command(
      name = "store-health",
      description =
          "Say of each store whether it is well, and which one announces. Exit 1 unless all are and"
              + " exactly one does.",
      mixinStandardHelpOptions = true)
  static final class Health implements Callable<Integer> {
    @Mixin StoreOptions store = new StoreOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
      return store.run(client -> client.health(), Health::isWell);
    }

    /** Two that announce, or none, are no more well than one that is down. */
    static boolean isWell(JsonNode answer) {
      int primaries = 0;
      for (JsonNode each : answer.path("stores")) {
        if (!each.path("status").asText().equals("up")) {
          return false;
        }
        primaries += each.path("role").asText().equals("primary") ? 1 : 0;
      }
      return primaries == 1;
    }
  }

  /** {@code diff A B}. */
  @Command(
      name = "diff",
      description = "Say which rows differ between two versions.",
      mixinStandardHelpOptions = true)
  static final class Diff implements Callable<Integer> {
    @Mixin StoreOptions store = new StoreOptions();

    @Parameters(index = "0", paramLabel = "A")
    long from;

    @Parameters(index = "1", paramLabel = "B")
    long to;

    @Override
    public Integer call() throws IOException, InterruptedException {
      return store.run(client -> client.diff(from, to));
    }
  }

  /** {@code verify-table V}. */
  @Command(
      name = "verify-table",
      description = "Compute a version's checksum from its rows and compare.",
      mixinStandardHelpOptions = true)
  static final class Verify implements Callable<Integer> {
    @Mixin StoreOptions store = new StoreOptions();

    @Parameters(paramLabel = "V")
    long version;

    @Override
    public Integer call() throws IOException, InterruptedException {
      return store.run(client -> client.verify(version), answer -> answer.path("ok").asBoolean());
    }
  }

  /** Who does it, and why: kept in the announcement log. */
  static final class Audit {
    @Option(names = "--why", paramLabel = "W", required = true, description = "Why; kept for ever.")
    String why = "";

    @Option(
        names = "--who",
        paramLabel = "NAME",
        description = "Who (default: the user of this shell).")
    String who = System.getProperty("user.name", "unknown");
  }

  /** {@code pin V}. */
  @Command(
      name = "pin",
      description = "Hold consumers at a version.",
      mixinStandardHelpOptions = true)
  static final class Pin implements Callable<Integer> {
    @Mixin StoreOptions store = new StoreOptions();
    @Mixin Audit audit = new Audit();

    @Parameters(paramLabel = "V")
    long version;

    @Override
    public Integer call() throws IOException, InterruptedException {
      return store.run(client -> client.pin(version, audit.why, audit.who));
    }
  }

  /** {@code unpin}. */
  @Command(
      name = "unpin",
      description = "Let consumers follow again.",
      mixinStandardHelpOptions = true)
  static final class Unpin implements Callable<Integer> {
    @Mixin StoreOptions store = new StoreOptions();
    @Mixin Audit audit = new Audit();

    @Option(names = "--domain", required = true, paramLabel = "D", description = "Which domain.")
    String domain = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
      return store.run(client -> client.unpin(domain, audit.why, audit.who));
    }
  }

  /** {@code rollback V --why W}. */
  @Command(
      name = "rollback",
      description = "Go back to a version; jobs and serving follow.",
      mixinStandardHelpOptions = true)
  static final class Rollback implements Callable<Integer> {
    @Mixin StoreOptions store = new StoreOptions();
    @Mixin Audit audit = new Audit();

    @Parameters(paramLabel = "V")
    long version;

    @Override
    public Integer call() throws IOException, InterruptedException {
      return store.run(client -> client.rollback(version, audit.why, audit.who));
    }
  }

  /** {@code retire BUNDLE --domain D}. */
  @Command(
      name = "retire",
      description = {
        "End all rows of a bundle that is no longer used, for good: in topics, store and nodes.",
        "Refused while the domain is served from it, or an item has no row under the other one."
      },
      mixinStandardHelpOptions = true)
  static final class Retire implements Callable<Integer> {
    @Mixin StoreOptions store = new StoreOptions();
    @Mixin Audit audit = new Audit();

    @Option(names = "--domain", required = true, paramLabel = "D", description = "Which domain.")
    String domain = "";

    @Parameters(paramLabel = "BUNDLE")
    String bundle = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
      return store.run(client -> client.retire(domain, bundle, audit.why, audit.who));
    }
  }
}
