package dev.headwater.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Deletion;
import dev.headwater.events.Topics;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.ingest.SimIngest;
import dev.headwater.serving.follow.Pins;
import dev.headwater.simulation.log.Log;
import dev.headwater.simulation.log.LogProducer;
import dev.headwater.store.SimStore;
import dev.headwater.store.sim.CrashingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.TableId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Everything a seed decides. Each step draws from a generator of its own, so that a failing run
 * stays the same run when steps before are left out.
 */
final class World implements AutoCloseable {
  static final String DOMAIN = "shop";
  static final List<String> MODELS = List.of("m1", "m2", "m3");
  static final int DIM = 16;
  static final List<String> ITEMS = IntStream.range(0, 10).mapToObj(i -> "i" + i).toList();

  private static final Topics TOPICS = Topics.DEFAULT;
  private static final int PARTITIONS = 2;
  static final int USERS = 5;
  private static final int NODES = 2;
  private static final int SKEW_MS = 2_000;
  private static final long LONGEST_RETRY_MS = 15_000;
  private static final long HOUR_MS = 3_600_000;
  private static final double DISK_FAILS = 0.005;
  private static final double LOG_FAILS = 0.03;
  private static final Set<StoreException.Code> EXPECTED =
      Set.of(
          StoreException.Code.STORAGE_FAILED,
          StoreException.Code.LOG_UNAVAILABLE,
          StoreException.Code.NOT_PRIMARY,
          StoreException.Code.NOT_READY,
          StoreException.Code.UNKNOWN_VERSION,
          StoreException.Code.UNKNOWN_TABLE, // no such bundle, or retired already
          StoreException.Code.BAD_REQUEST, // a bundle that is served, or announced for ever no more
          StoreException.Code.VERSION_NOT_SERVABLE);

  final Log log = new Log(PARTITIONS);
  final List<Node> nodes = new ArrayList<>();
  private final long seed;
  private final Random random = new Random();
  private final Rules rules;
  private final DeletionRules deletions;
  private final UserRules users;
  private final LearningRules learning;
  private final ExpertRules experts;
  private final List<String> trace = new ArrayList<>();
  private final Map<String, Integer> skewsMs = new HashMap<>();
  private final SimIngest.Durable ingestState = new SimIngest.Durable();
  private final CrashingStore disk = new CrashingStore(random);
  final ColdJob cold;
  private final LogProducer shop;
  private final LogProducer support;
  private SimIngest ingest;
  private final TrainerJob trainer;
  private SimStore store;
  private final Set<String> gaveUp = new HashSet<>();
  private long nowMs = 1_700_000_000_000L;
  private long clicks;
  private int starts;

  /** The disks of nodes. */
  private final Path kept = Files.createTempDirectory("headwater-simulation");

  /** What a node begins with, before it reads on. */
  private enum NodeStart {
    TOPICS,
    SNAPSHOT,
    LEFT
  }

  private double faults;

  World(long seed) throws Exception {
    this.seed = seed;
    random.setSeed(seed);
    shop = new LogProducer(log, clockMs("shop"), null, random);
    support = new LogProducer(log, clockMs("support"), null, random);
    rules = new Rules(this);
    deletions = new DeletionRules(this);
    users = new UserRules(this);
    learning = new LearningRules(this);
    experts = new ExpertRules(this);
    ingest = openIngest();
    store = openStore();
    store.engine().announceModel(DOMAIN, MODELS.get(0), "sim");
    trainer =
        new TrainerJob(
            log, clockMs("fine-tune"), random, trace::add, rules::noteAttempt, gaveUp::add);
    cold = new ColdJob(log, clockMs("cold-start"), random, trace::add, this::besideColdStart);
    faults = 1;
    ingest.failing(LOG_FAILS);
    store.failing(DISK_FAILS, LOG_FAILS);
    for (int i = 0; i < NODES; i++) {
      nodes.add(openNode(i, NodeStart.TOPICS));
    }
  }

  List<String> trace() {
    return trace;
  }

  DeletionRules deletions() {
    return deletions;
  }

  ExpertRules experts() {
    return experts;
  }

  Rules rules() {
    return rules;
  }

  /**
   * Returns the items of which FineTuneJob gave up a click, or a click waits for a row for good.
   */
  Set<String> gaveUp() {
    gaveUp.addAll(trainer.waiting());
    return gaveUp;
  }

  TrainerJob trainer() {
    return trainer;
  }

  SimStore store() {
    return store;
  }

  /** Returns the clock of a part: no two of them agree. */
  private LongSupplier clockMs(String part) {
    int skewMs = skewsMs.computeIfAbsent(part, name -> random.nextInt(2 * SKEW_MS) - SKEW_MS);
    return () -> nowMs + skewMs;
  }

  private Clock clock(String part) {
    LongSupplier clockMs = clockMs(part);
    InstantSource time = () -> Instant.ofEpochMilli(clockMs.getAsLong());
    return time.withZone(ZoneOffset.UTC);
  }

  private SimIngest openIngest() {
    SimIngest opened = new SimIngest(ingestState, log, clockMs("ingest"), PARTITIONS, random);
    opened.failing(LOG_FAILS * faults);
    return opened;
  }

  private SimStore openStore() throws Exception {
    disk.failing(0);
    SimStore opened = new SimStore(disk, log, clock("store"), List.of(), random);
    opened.failing(DISK_FAILS * faults, LOG_FAILS * faults);
    return opened;
  }

  /**
   * Opens one.
   *
   * @param place nodes of a place come one after the other, with one disk
   */
  private Node openNode(int place, NodeStart from) throws Exception {
    Pins.VersionRows versions = (version, each) -> store.readVersion(version, each);
    String name = "node-" + ++starts;
    CrashingStore snapshot = from == NodeStart.SNAPSHOT ? disk : null;
    Path folder = kept.resolve("node-" + place);
    if (from != NodeStart.LEFT) {
      Utils.delete(folder.toFile());
    }
    Node opened = new Node(name, log, clock("node"), versions, snapshot, folder, random);
    opened.failing(LOG_FAILS * faults);
    return opened;
  }

  private void say(String what) {
    trace.add(what);
  }

  /** One event, then every rule. */
  void step(int number) throws Exception {
    random.setSeed(seed * 1_000_003 + number * 7_919L);
    nowMs += random.nextInt(900);
    int event = random.nextInt(100);
    if (event < 20) {
      shop(event);
    } else if (event < 33) {
      boolean unused = ingest.step(1 + random.nextInt(5));
    } else if (event < 47) {
      cold.step();
    } else if (event < 65) {
      trainer.step();
    } else if (event < 78) {
      store(event);
    } else if (event < 91) {
      node(event);
    } else if (event < 95) {
      operator();
    } else {
      fault(event);
    }
    restartTheDead();
    deletions.check();
    users.check();
    learning.check();
    experts.check();
    rules.check();
  }

  /** What happens while ColdStartJob is in the middle of something. */
  private void besideColdStart() throws Exception {
    if (random.nextBoolean()) {
      shop(12 + random.nextInt(8));
    } else {
      boolean unused = ingest.step(1 + random.nextInt(3));
    }
  }

  private String item() {
    return ITEMS.get(random.nextInt(ITEMS.size()));
  }

  private void shop(int event) {
    String item = item();
    if (event < 11) {
      click(item);
    } else if (event < 12) {
      for (int i = random.nextInt(4); i >= 0; i--) {
        click("nobody-" + random.nextInt(3)); // no catalog will ever name it
      }
    } else if (event < 18) {
      String title = random.nextInt(3) == 0 ? item : item + " " + random.nextInt(4);
      say("publish " + item + " as " + title);
      CatalogItem published = CatalogItem.of(DOMAIN, item, title, "", List.of());
      put(TOPICS.catalog(), published.key(), published.toJson());
    } else if (event < 19) {
      say("withdraw " + item);
      put(TOPICS.catalog(), DOMAIN + "/" + item, null);
    } else {
      delete(Deletion.Kind.ITEM, item);
    }
  }

  private void delete(Deletion.Kind kind, String id) {
    say("delete " + id);
    Deletion request = new Deletion(DOMAIN, kind, id, "sim", nowMs);
    send(support, TOPICS.deletions(), request.key(), request.toJson());
  }

  private void click(String item) {
    String user = "u" + random.nextInt(USERS);
    long eventMs = nowMs - (random.nextInt(5) == 0 ? random.nextInt(20_000) : 0);
    Interaction click = Interaction.click("e" + clicks++, DOMAIN, user, item, eventMs);
    say("click of " + user + " on " + item);
    int times = random.nextInt(6) == 0 ? 2 : 1;
    for (int i = 0; i < times; i++) {
      put(TOPICS.interactions(), click.key(), click.toJson());
    }
    if (random.nextInt(15) == 0) {
      delete(Deletion.Kind.USER, "u" + random.nextInt(USERS));
    }
  }

  private void put(String topic, String key, byte @Nullable [] value) {
    send(shop, topic, key, value);
  }

  private static void send(LogProducer by, String topic, String key, byte @Nullable [] value) {
    var unused = by.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
  }

  private void store(int event) throws Exception {
    attempt(
        () -> {
          store.readAnnouncements();
          if (event < 66) {
            boolean unused = store.readDeletions(3);
          } else if (event < 73) {
            var unused = store.readRows(1 + random.nextInt(10));
          } else if (event < 77) {
            var unused = store.engine().runCycle();
          } else {
            var unused = store.engine().retain();
          }
        });
  }

  private interface Work {
    void run() throws Exception;
  }

  /** Runs something that may fail as disks, logs and lost elections fail; nothing else may. */
  private void attempt(Work work) throws Exception {
    try {
      work.run();
    } catch (StoreException e) {
      say("  " + e.code() + " " + e.getMessage());
      if (!EXPECTED.contains(e.code())) {
        throw e;
      }
    }
    rules.noteVersions();
  }

  private void operator() throws Exception {
    int what = random.nextInt(7);
    if (what == 6) {
      String model = MODELS.get(random.nextInt(MODELS.size()));
      say("retire " + model);
      order(
          () -> {
            var unused = store.engine().retire(DOMAIN, model, "sim", "sim");
          });
      return;
    }
    if (what == 5) {
      String model = MODELS.get(random.nextInt(MODELS.size()));
      say("announce " + model);
      order(() -> store.engine().announceModel(DOMAIN, model, "sim"));
      return;
    }
    if (what == 4) {
      say("unpin");
      order(() -> store.engine().unpin(DOMAIN, "sim", "sim"));
      return;
    }
    String model = random.nextInt(4) == 0 ? MODELS.get(random.nextInt(3)) : rules.model();
    List<SealedVersion> versions = store.engine().store().versions(new TableId(DOMAIN, model));
    if (versions.isEmpty()) {
      return;
    }
    long version = versions.get(random.nextInt(versions.size())).version();
    say((what < 2 ? "rollback " : "pin ") + version + " of " + model);
    order(
        () -> {
          if (what < 2) {
            var unused = store.engine().rollback(version, "sim", "sim");
          } else {
            var unused = store.engine().pin(version, "sim", "sim");
          }
        });
  }

  private void order(Work work) throws Exception {
    attempt(
        () -> {
          store.readAnnouncements();
          work.run();
        });
  }

  private void node(int event) throws Exception {
    Node node = nodes.get(random.nextInt(nodes.size()));
    if (event < 83) {
      boolean unused = node.readRows(1 + random.nextInt(10));
    } else if (event < 85) {
      boolean unused =
          random.nextInt(3) > 0
              ? node.readCatalog(1 + random.nextInt(4))
              : node.readReceipts(1 + random.nextInt(12));
      unused |= node.readHistories(1 + random.nextInt(6));
    } else if (event < 88) {
      node.readAnnouncements();
    } else if (event < 90) {
      node.tick();
    } else {
      level(node);
    }
  }

  /** What came late is put right by the store: only then a node that has read all is right. */
  private void level(Node node) throws Exception {
    if (hasLooked()) {
      settle(node);
      rules.checkLevel(node);
    }
  }

  /** Reads all rows in the store and tells whether it owes nothing, for its log may fail. */
  private boolean hasLooked() throws Exception {
    AtomicBoolean looked = new AtomicBoolean();
    attempt(() -> looked.set(store.hasLooked()));
    return looked.get();
  }

  private void fault(int event) throws Exception {
    switch (event) {
      case 95 -> trainer.restart();
      case 96 -> {
        boolean power = random.nextBoolean();
        say("the store restarts, power lost " + power);
        disk.crash(power);
        store.close();
        store = openStore();
      }
      case 97 -> {
        int which = random.nextInt(nodes.size());
        NodeStart from = NodeStart.values()[random.nextInt(NodeStart.values().length)];
        boolean killed = random.nextBoolean();
        say("a node %s and starts again from %s".formatted(killed ? "is killed" : "ends", from));
        if (!killed) {
          nodes.get(which).leave();
        }
        nodes.get(which).close();
        nodes.set(which, openNode(which, from));
      }
      case 98 -> {
        say("ingest restarts");
        ingest = openIngest();
      }
      case 99 -> {
        if (random.nextBoolean()) {
          cold.restart();
          return;
        }
        clean();
      }
      default -> throw new IllegalStateException("no fault " + event);
    }
  }

  /**
   * Nothing is taken away before those who watch over it had an hour to look: the store over what
   * FineTuneJob wrote, ColdStartJob over cold rows.
   */
  private void clean() throws Exception {
    List<String> compacted =
        List.of(TOPICS.coldStartRows(), TOPICS.fineTunedRows(), TOPICS.rollbackRows());
    String topic = compacted.get(random.nextInt(compacted.size()));
    if (topic.equals(TOPICS.fineTunedRows()) && !hasLooked()) {
      return;
    }
    if (topic.equals(TOPICS.coldStartRows()) && !cold.haveAnHour()) {
      return;
    }
    say("clean " + topic);
    log.clean(topic, nowMs + HOUR_MS);
  }

  private void restartTheDead() throws Exception {
    if (store.isDead()) {
      say("the store has failed and restarts");
      rules.noteVersions();
      store.readOn();
      disk.crash(false);
      store.close();
      store = openStore();
    }
    if (ingest.isDead()) {
      say("a transaction of ingest has failed, and it restarts");
      ingest = openIngest();
    }
  }

  private void settle(Node node) throws Exception {
    boolean more = true;
    while (more) {
      node.readAnnouncements();
      more = node.readRows(100);
      more |= node.readCatalog(100);
      more |= node.readReceipts(100);
      more |= node.readHistories(100);
      node.tick();
    }
    node.tick();
    node.tick();
  }

  private void catchUp() throws Exception {
    boolean more = true;
    int rounds = 0;
    for (int quiet = 0; quiet < 3; quiet = more ? 0 : quiet + 1) {
      assertThat(++rounds).as("rounds until all come to rest").isLessThan(200);
      nowMs += 11_000;
      more = ingest.step(100);
      more |= cold.goOn();
      more |= trainer.goOn();
      store.readAnnouncements();
      more |= store.readRows(100);
      more |= store.readDeletions(100);
    }
  }

  /** Faults stop, everyone catches up: now all must agree, those that start from nothing too. */
  void settle() throws Exception {
    faults = 0;
    trainer.end();
    cold.calm();
    restartTheDead();
    store.failing(0, 0);
    ingest.failing(0);
    nodes.forEach(node -> node.failing(0));
    catchUp();
    int last = random.nextInt(MODELS.size());
    for (int i = 1; i <= MODELS.size(); i++) {
      String model = MODELS.get((last + i) % MODELS.size());
      if (!rules.isRetired(model)) {
        order(() -> store.engine().announceModel(DOMAIN, model, "settled"));
        catchUp();
      }
    }
    trainer.checkpoint();
    attempt(() -> store.engine().runCycle());
    while (store.engine().retain()) {
      // step by step
    }
    for (NodeStart from : NodeStart.values()) {
      nodes.get(0).leave();
      nodes.add(openNode(from == NodeStart.LEFT ? 0 : nodes.size(), from));
      for (Node node : nodes) {
        settle(node);
        nowMs += LONGEST_RETRY_MS;
        settle(node);
        rules.checkLevel(node);
        rules.checkSettled(node);
        experts.checkSettled(node);
      }
      attempt(() -> store.engine().unpin(DOMAIN, "settled", "sim"));
    }
    rules.checkSettled();
    deletions.checkSettled();
    users.checkSettled();
    learning.checkSettled();
    experts.checkSettled();
    assertThat(cold.underWay()).as("items under way of ColdStartJob in the end").isZero();
  }

  @Override
  public void close() {
    nodes.forEach(Node::close);
    try {
      Utils.delete(kept.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    trainer.close();
    cold.close();
    store.close();
  }
}
