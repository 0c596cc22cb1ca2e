package dev.headwater.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.broker.FreePorts;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.Announcement;
import dev.headwater.store.admin.StoreCall;
import dev.headwater.store.admin.StoreClient;
import dev.headwater.store.cycle.JournalEntry;
import dev.headwater.store.table.StoreException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two stores as processes under load; the one that announces is killed (kill -9) and hung (SIGSTOP)
 * again and again: there is never a second one that announces, and new versions come again. {@code
 * -Dstandby.rounds=N} of each kind (1 unless told); what was measured is printed after each.
 */
class StandbyIT {
  private static final int ROUNDS = Integer.getInteger("standby.rounds", 1);

  /** A process is up within seconds, and within minutes on a machine that is far too busy. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir Path directory;
  private EmbeddedBroker broker;
  private KafkaSettings kafka;
  private RowLoad load;
  private TopicFollower follower;
  private final Said said = new Said();
  private final List<Node> nodes = new ArrayList<>();

  /** What stands in the logs. */
  private static final class Said implements TopicFollower.Handler {
    private final List<Announcement> announcements = new ArrayList<>();
    private final List<String> writers = new ArrayList<>();
    private long newestMs;

    @Override
    public synchronized void onRecord(ConsumerRecord<byte[], byte[]> record) throws Exception {
      if (record.topic().endsWith(".journal")) {
        String writer = Objects.requireNonNull(JournalEntry.read(record.value())).node();
        if (writers.isEmpty() || !writers.get(writers.size() - 1).equals(writer)) {
          writers.add(writer);
        }
        return;
      }
      Announcement announcement = Announcement.parseFrom(record.value());
      announcements.add(announcement);
      newestMs = record.timestamp();
    }

    synchronized long newest() {
      return announcements.isEmpty()
          ? 0
          : announcements.get(announcements.size() - 1).getTableVersion();
    }

    synchronized long newestMs() {
      return newestMs;
    }

    synchronized List<Announcement> announcements() {
      return List.copyOf(announcements);
    }

    synchronized List<String> writers() {
      return List.copyOf(writers);
    }
  }

  private Process launch(String name, int port, int peer) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            PairNode.class.getName(),
            kafka.bootstrap(),
            directory.resolve(name).toString(),
            Integer.toString(port),
            Integer.toString(peer))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".log").toFile()))
        .start();
  }

  /** A store process that is started again when it ends, unless a round has ended it. */
  private final class Node {
    private final String name;
    private final int port;
    private final int peer;
    private final StoreClient client;
    private Process process;
    private boolean supervised = true;

    Node(String name, int port, int peer) throws IOException {
      this.name = name;
      this.port = port;
      this.peer = peer;
      client = new StoreClient(URI.create("http://127.0.0.1:" + port));
      process = launch(name, port, peer);
    }

    /** On a busy machine a broker may not be heard in time, and the process then ends. */
    void supervise() throws IOException {
      if (supervised && !process.isAlive()) {
        process = launch(name, port, peer);
      }
    }

    void signal(String signal) throws Exception {
      Process kill = new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start();
      assertThat(kill.waitFor()).isZero();
    }

    /** Returns the role that it says, or what keeps it from saying one. */
    String role() {
      try {
        JsonNode health =
            client.begin(new StoreCall("/v1/health", null), Duration.ofSeconds(2)).join();
        return health.path("role").asText();
      } catch (RuntimeException e) {
        return "no answer";
      }
    }

    JsonNode versions() throws InterruptedException {
      try {
        return client.versions().path("versions");
      } catch (StoreException e) {
        throw new AssertionError(e);
      }
    }
  }

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start();
    kafka = KafkaSettings.of(broker.bootstrap());
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      admin.create(2);
    }
    follower =
        new TopicFollower(
                "standby-it",
                kafka,
                List.of(kafka.topics().announcements(), kafka.topics().storeJournal()),
                said)
            .start();
    load = new RowLoad(kafka);
    int one = FreePorts.next();
    int two = FreePorts.next();
    nodes.add(new Node("one", one, two));
    awaitRole(nodes.get(0), "primary"::equals);
    nodes.get(0).client.announceModel(RowLoad.DOMAIN, RowLoad.MODEL, "an engineer");
    nodes.add(new Node("two", two, one));
    awaitRole(nodes.get(1), "standby"::equals);
    awaitVersionAfter(0);
  }

  @AfterEach
  void stop() throws Exception {
    for (Node node : nodes) {
      node.process.destroyForcibly();
      node.process.waitFor(10, TimeUnit.SECONDS);
    }
    load.close();
    follower.close();
    broker.close();
  }

  private static void awaitRole(Node node, Predicate<String> role) {
    await(node.name + " to be what it should")
        .atMost(PATIENCE)
        .until(
            () -> {
              node.supervise();
              return role.test(node.role());
            });
  }

  private void awaitVersionAfter(long version) {
    await("a version after " + version)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> said.newest() > version);
  }

  @Test
  void aPrimaryThatDiesOrHangsIsReplacedAndNeverAnnouncesBeside() throws Exception {
    List<Long> killed = new ArrayList<>();
    List<Long> hung = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      killed.add(round(true));
      startAsStandby();
      assertOneAnnounces(2 * round + 2);
      print("kill -9", killed);
      hung.add(round(false));
      assertOneAnnounces(2 * round + 3);
      print("SIGSTOP", hung);
      if (round + 1 < ROUNDS) {
        startAsStandby();
      }
    }
  }

  /** Returns how long no new version came, milliseconds. */
  private long round(boolean kill) throws Exception {
    Node primary = nodes.get(0);
    Node standby = nodes.get(1);
    awaitSame(primary, standby);
    awaitVersionAfter(said.newest()); // in the middle of the work
    long before = said.newest();
    long beganMs = System.currentTimeMillis();
    primary.supervised = false;
    primary.signal(kill ? "KILL" : "STOP");
    awaitRole(standby, "primary"::equals);
    long last = said.newest();
    awaitVersionAfter(Math.max(before, last));
    long tookMs = said.newestMs() - beganMs;
    if (!kill) {
      primary.signal("CONT");
      await("the one that hung says that it is fenced, and ends")
          .atMost(PATIENCE)
          .until(() -> primary.role().equals("fenced") || !primary.process.isAlive());
    }
    assertThat(primary.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    Collections.reverse(nodes);
    return tookMs;
  }

  /** The one that ended stands by for the next round. */
  private void startAsStandby() {
    nodes.get(1).supervised = true;
    awaitRole(nodes.get(1), "standby"::equals);
  }

  /**
   * What the primary announced last stands in the standby under the same number and sum. Only what
   * was announced counts: a primary that ends between sealing and announcing leaves a number that
   * its successor gives to another version.
   */
  private void awaitSame(Node primary, Node standby) {
    await("the standby to have the primary's versions")
        .atMost(PATIENCE)
        .until(
            () -> {
              Map<Long, Long> theirs = sums(standby);
              Map<Long, Long> ours = sums(primary);
              long newest = ours.keySet().stream().mapToLong(Long::longValue).max().orElse(-1);
              theirs.keySet().retainAll(ours.keySet());
              theirs.forEach((version, sum) -> assertThat(ours).containsEntry(version, sum));
              return theirs.containsKey(newest);
            });
  }

  private static Map<Long, Long> sums(Node node) throws InterruptedException {
    Map<Long, Long> sums = new HashMap<>();
    for (JsonNode version : node.versions()) {
      if (!version.path("status").asText().equalsIgnoreCase("announced")) {
        continue;
      }
      sums.put(version.path("version").asLong(), version.path("checksum").asLong());
    }
    return sums;
  }

  /** Transactions of one producer each; a writer that was replaced never writes again. */
  private void assertOneAnnounces(int primaries) {
    List<String> writers = said.writers();
    Set<String> once = new LinkedHashSet<>(writers);
    assertThat(writers).as("nobody comes back").containsExactlyElementsOf(once);
    assertThat(writers).hasSize(primaries);
    long sequence = 0;
    long version = 0;
    for (Announcement each : said.announcements()) {
      assertThat(each.getSequence()).as("%s", each).isEqualTo(++sequence);
      assertThat(each.getTableVersion()).isGreaterThanOrEqualTo(version);
      version = each.getTableVersion();
    }
  }

  private static void print(String what, List<Long> tookMs) {
    List<Long> sorted = tookMs.stream().sorted().toList();
    System.out.printf(
        "%s of the primary, %d times: new versions again after %d ms (median), %d ms (worst), %d ms"
            + " (last)%n",
        what,
        sorted.size(),
        sorted.get(sorted.size() / 2),
        sorted.get(sorted.size() - 1),
        tookMs.get(tookMs.size() - 1));
  }
}
