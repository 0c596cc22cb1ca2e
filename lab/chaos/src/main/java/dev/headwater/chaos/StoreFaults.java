package dev.headwater.chaos;

import dev.headwater.client.DomainClient;
import dev.headwater.client.HeadwaterException;
import dev.headwater.client.NodeClient;
import dev.headwater.client.Retries;
import dev.headwater.client.Timeouts;
import dev.headwater.platform.report.Await;
import dev.headwater.store.snapshot.SnapshotManifest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.apache.kafka.common.utils.Utils;

/** The store stands still, or is kept busy: nobody who recommends may notice. */
final class StoreFaults {
  private static final double ASKED_PER_SECOND = 200;

  /** Of the clicks: ten processes on two cores leave a node too little beside all of them. */
  private static final Duration BEFORE = Duration.ofSeconds(30);

  /** A node compiles its code under requests, and sheds what comes too early at the full rate. */
  private static final double[] WARM_PER_SECOND = {25, 50, 100, 150};

  private static final Duration WARM = Duration.ofSeconds(15);
  private static final Duration HUNG = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofSeconds(10);
  private static final long LOOK_PAUSE_MS = 500;
  private static final long P99_TIMES = 2;

  /** Below it a machine that is busy with other things decides, and no thread that waits. */
  private static final long P99_FLOOR_MICROS = 100_000;

  private static final int STALLED = 3;
  private static final int SMALL_WINDOW = 4 << 10;

  private StoreFaults() {}

  static List<Fault> all() {
    return List.of(
        new Fault(
            "store-hung",
            "the store stands still (SIGSTOP) for two minutes, beside a fifth of the clicks, while a"
                + " node is asked 200 times a second and a console looks at its versions and audit:"
                + " no request fails, p99 at most twice what it was",
            StoreFaults::hung),
        new Fault(
            "snapshot-readers-stall",
            "three of four who fetch a snapshot stop reading: the store answers its health check,"
                + " the fourth gets all of it",
            StoreFaults::stalledReaders));
  }

  private static void hung(Stage stage) throws Exception {
    stage.load().beside(each -> askBesideHung(each, "serving-1"), stage);
  }

  private static void askBesideHung(Stage stage, String node) throws Exception {
    for (double perSecond : WARM_PER_SECOND) {
      var unused = asking(stage, node, perSecond).ask(WARM);
    }
    Asking asking = asking(stage, node, ASKED_PER_SECOND);
    Histogram before = asking.ask(BEFORE);
    Histogram hung;
    List<Thread> consoles = new ArrayList<>();
    stage.cluster().process("store").pause();
    try {
      for (int i = 0; i < 2; i++) {
        consoles.add(console(stage.cluster().servingPort(node), stage.cluster().domain()));
      }
      hung = asking.ask(HUNG);
    } finally {
      consoles.forEach(Thread::interrupt);
      stage.cluster().process("store").resume();
    }
    for (Thread each : consoles) {
      each.join();
    }
    stage.cluster().awaitReady("store");
    Histogram after = asking.ask(BEFORE);
    asking.errors().stream().limit(5).forEach(stage::remark);
    long p99Before = before.getValueAtPercentile(99);
    long p99 = hung.getValueAtPercentile(99);
    long p99After = after.getValueAtPercentile(99);
    stage.note(
        "p99 of %d answers %.1f ms before, of %d while the store stood still %.1f ms, after it %.1f ms, %d failed"
            .formatted(
                before.getTotalCount(),
                p99Before / 1e3,
                hung.getTotalCount(),
                p99 / 1e3,
                p99After / 1e3,
                asking.errors().size()));
    // A node that is still compiling answers late before: that excuses nothing.
    long usual = Math.min(p99Before, p99After);
    if (p99 > Math.max(P99_FLOOR_MICROS, P99_TIMES * usual)) {
      stage.remark("p99 %d us while the store stood still, else %d".formatted(p99, usual));
    }
  }

  private static Asking asking(Stage stage, String node, double perSecond) {
    List<String> history = stage.load().items().stream().sorted().limit(3).toList();
    return new Asking(
        stage.cluster().servingPort(node), stage.cluster().domain(), history, perSecond);
  }

  /** Looks at what an open console looks at, until it is interrupted. */
  private static Thread console(int port, String domain) {
    DomainClient looks =
        NodeClient.at(URI.create("http://127.0.0.1:" + port))
            .with(Retries.NONE)
            .with(Timeouts.of(LOOK))
            .domain(domain);
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  look(looks::keptVersions);
                  look(looks::audit);
                  TimeUnit.MILLISECONDS.sleep(LOOK_PAUSE_MS);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "console");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void look(Runnable what) {
    try {
      what.run();
    } catch (HeadwaterException e) {
      return; // the store hangs: that is what is tried
    }
  }

  private static void stalledReaders(Stage stage) throws Exception {
    var store = stage.cluster().store();
    String id = store.takeSnapshot();
    Path into = stage.cluster().state().resolveSibling("fetched");
    Utils.delete(into.toFile());
    SnapshotManifest whole = store.fetch(id, into);
    String largest =
        whole.files().stream()
            .max(Comparator.comparingLong(SnapshotManifest.FileEntry::bytes))
            .orElseThrow()
            .name();
    List<Socket> stalled = new ArrayList<>();
    try {
      for (int i = 0; i < STALLED; i++) {
        stalled.add(stalled(stage.cluster().storeAddress(), id, largest));
      }
      Utils.delete(into.toFile());
      var unused = store.fetch(id, into);
      if (Files.size(into.resolve(largest)) == 0) {
        stage.remark("the fourth reader got nothing");
      }
      for (int i = 0; i < 20; i++) {
        if (!Await.within(Duration.ofSeconds(2), () -> isWell(stage))) {
          stage.remark("the store did not answer its health check within 2 s");
        }
        Await.pass(Duration.ofMillis(LOOK_PAUSE_MS));
      }
    } finally {
      for (Socket each : stalled) {
        each.close();
      }
    }
  }

  private static Socket stalled(URI store, String id, String file) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(SMALL_WINDOW);
    socket.connect(new InetSocketAddress(store.getHost(), store.getPort()));
    OutputStream out = socket.getOutputStream();
    out.write(
        ("GET /v1/snapshots/" + id + "/files/" + file + " HTTP/1.1\r\nHost: store\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    out.flush();
    return socket;
  }

  private static boolean isWell(Stage stage) throws Exception {
    var connection = stage.cluster().storeAddress().resolve("/v1/health").toURL().openConnection();
    connection.setConnectTimeout(1_000);
    connection.setReadTimeout(1_000);
    try (var in = connection.getInputStream()) {
      return in.read() >= 0;
    }
  }
}
