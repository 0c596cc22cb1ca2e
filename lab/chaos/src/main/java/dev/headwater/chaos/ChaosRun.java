package dev.headwater.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.idp.data.GeneratedMarket;
import dev.headwater.platform.report.Await;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.Machine;
import dev.headwater.platform.report.WrongUseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** Starts a cluster, puts it under load, tries faults, reports. */
public final class ChaosRun {
  /** The domain of the generated load. */
  private static final String DOMAIN = "chaos";

  /** All faults in one installation. */
  static final Duration ONE_START = Duration.ofDays(365);

  private static final long SEED = 7;
  private static final int FIRST_ITEMS = 400;

  private final Options options;
  private final Consumer<String> out;

  /**
   * What to do.
   *
   * @param home of the cluster; emptied first
   * @param bundle for its domain
   * @param brokers the address of brokers that run already, null to start three: then faults of
   *     brokers are left out
   * @param faults names, empty for all
   * @param times each fault is tried
   * @param clicksPerSecond load
   * @param itemsPerSecond load
   * @param sizes how much of what faults do there is
   * @param workers of FineTuneJob
   * @param start for how long faults are begun in one installation; the next ones get a new one
   * @param earlier what an earlier run found, whose clean faults are not tried again; null: all are
   */
  record Options(
      Path home,
      Path bundle,
      @Nullable String brokers,
      List<String> faults,
      int times,
      double clicksPerSecond,
      double itemsPerSecond,
      Faults.Sizes sizes,
      int workers,
      Duration start,
      @Nullable ChaosReport earlier) {
    /** Copies the list. */
    public Options {
      faults = List.copyOf(faults);
    }
  }

  /** Makes a run that tells what it does. */
  ChaosRun(Options options, Consumer<String> out) {
    this.options = options;
    this.out = out;
  }

  /** Returns all faults with what each means. */
  static List<String> describe(Faults.Sizes sizes) {
    return Faults.all(sizes).stream()
        .map(fault -> "%-32s %s".formatted(fault.name(), fault.meaning()))
        .toList();
  }

  /** Who keeps what was found so far, should the run be stopped. */
  public interface Keeper {
    /** Called after each fault. */
    void keep(ChaosReport soFar) throws IOException;
  }

  /** Runs; the processes are gone when it returns. */
  public ChaosReport run(Keeper keeper) throws Exception {
    List<Fault> faults = chosen();
    Machine machine = Machine.measure();
    ChaosReport report = begun(machine);
    if (faults.isEmpty()) {
      return report;
    }
    String commit = Commit.here();
    Set<String> triedHere = new HashSet<>();
    Chaos.Heard heard =
        (fault, outcome) -> {
          ObjectNode told = told(fault, outcome);
          told.put("matmul_gflops", machine.toJson().path("matmul_gflops").asDouble());
          told.put("commit", commit);
          report.put(fault.name(), told, names(), !triedHere.add(fault.name()));
          keeper.keep(report);
        };
    int tried = 0;
    for (int start = 1; tried < faults.size(); start++) {
      tried += tried(faults.subList(tried, faults.size()), heard);
      if (tried < faults.size()) {
        keepLogs(start);
      }
    }
    return report;
  }

  /** The next installation empties its folder; what was logged may be asked for. */
  private void keepLogs(int start) throws IOException {
    Path kept = options.home().resolveSibling(options.home().getFileName() + "-logs-" + start);
    Utils.delete(kept.toFile());
    Files.move(options.home().resolve("logs"), kept);
  }

  /** Returns how many of them were tried in one installation: at least one. */
  private int tried(List<Fault> faults, Chaos.Heard heard) throws Exception {
    try (Cluster cluster =
        new Cluster(
            options.home(),
            DOMAIN,
            options.bundle(),
            options.brokers(),
            new Layout.Sizes(manyRows(faults), options.workers()))) {
      out.accept("starting " + cluster.names().size() + " processes in " + options.home());
      if (faults.stream().anyMatch(fault -> fault.name().equals(Upgrades.STATE))) {
        cluster.stateFormat(Upgrades.OLD_FORMAT);
      }
      cluster.start();
      Market market = new Market(DOMAIN, GeneratedMarket.generate(SEED).get(2), FIRST_ITEMS);
      Load load =
          new Load(cluster.kafka(), market, options.clicksPerSecond(), options.itemsPerSecond());
      try (Stage stage = stage(cluster, load)) {
        return new Chaos(stage, out).run(faults, options.times(), options.start(), heard);
      }
    }
  }

  private int manyRows(List<Fault> faults) {
    boolean many = faults.stream().anyMatch(fault -> fault.name().equals(ManyRows.NAME));
    return many ? options.sizes().rows() : 0;
  }

  /** A report may be taken up by a run of another day, rate, machine and commit. */
  private ObjectNode told(Fault fault, Outcome outcome) {
    return outcome
        .toJson()
        .put("meaning", fault.meaning())
        .put("clicks_per_s", options.clicksPerSecond())
        .put("items_per_s", options.itemsPerSecond())
        .put("workers", options.workers())
        .put("tried_at", Instant.now().truncatedTo(ChronoUnit.MINUTES).toString());
  }

  private Stage stage(Cluster cluster, Load load) throws Exception {
    Ledger ledger =
        new Ledger(cluster.kafka().topics()).of(DOMAIN, cluster.bundleId()).follow(cluster.kafka());
    load.publishCatalog();
    Await.until(
        "the catalog to get rows",
        Patience.of(Duration.ofMinutes(4)),
        () -> {
          // A busy machine's brokers may answer too late for ingest, which then ends.
          cluster.supervise().forEach(out);
          return ledger.items() >= FIRST_ITEMS;
        });
    cluster.startServing();
    out.accept("all processes run; " + ledger.items() + " items have a row");
    return new Stage(cluster, load, ledger);
  }

  private List<Fault> chosen() {
    for (String name : options.faults()) {
      if (!names().contains(name)) {
        throw new WrongUseException("there is no fault '" + name + "'; there are " + names());
      }
    }
    ChaosReport earlier = options.earlier();
    return Faults.all(options.sizes()).stream()
        .filter(fault -> options.faults().isEmpty() || options.faults().contains(fault.name()))
        .filter(fault -> options.brokers() == null || !fault.needsBrokers())
        .filter(fault -> earlier == null || !earlier.isClean(fault.name()))
        .toList();
  }

  private List<String> names() {
    return Faults.all(options.sizes()).stream().map(Fault::name).toList();
  }

  private ChaosReport begun(Machine machine) {
    ChaosReport earlier = options.earlier();
    ObjectNode json = earlier == null ? JsonReport.object() : earlier.json().deepCopy();
    json.put("stale_limit_s", Freshness.LIMIT_MS / 1000.0);
    json.set("machine", machine.toJson());
    return new ChaosReport(json);
  }
}
