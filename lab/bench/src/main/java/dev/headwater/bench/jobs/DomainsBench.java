package dev.headwater.bench.jobs;

import dev.headwater.events.Keys;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Item;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.jobs.coldstart.ColdStartJob;
import dev.headwater.jobs.coldstart.ColdStartStats;
import dev.headwater.jobs.coldstart.TextEncoders;
import dev.headwater.jobs.finetune.FineTuneConfig;
import dev.headwater.jobs.finetune.FineTuneJob;
import dev.headwater.jobs.finetune.FineTuneStats;
import dev.headwater.jobs.finetune.LatencyRecorder;
import dev.headwater.jobs.local.LocalJobs;
import dev.headwater.jobs.local.RunningJob;
import dev.headwater.jobs.models.ServedDomains;
import dev.headwater.jobs.replay.HistoryFeeder;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.report.ResidentMemory;
import dev.headwater.tracing.Tracing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Many small domains in one pair of jobs: rows from texts, then clicks on all of them at a steady
 * rate, then one of them flooded while the others go on. One more domain has no model all the time.
 */
public final class DomainsBench {
  private static final String COLD = "bench-domains-cold";
  private static final String TUNE = "bench-domains";
  private static final String PREFIX = "d";
  private static final int PATIENCE_MIN = 5;

  private final KafkaSettings kafka;
  private final FlinkSettings flink;
  private final Setting setting;
  private final DomainData data;
  private final Consumer<String> says;
  private final List<String> domains;
  private final List<HistoryFeeder> feeders = new ArrayList<>();

  /**
   * What is run.
   *
   * @param served the domains' names and bundles
   * @param bundleId of all domains
   * @param coldStart settings
   * @param fineTune settings
   * @param encoders make text vectors
   * @param answering where a store and a serving node run beside the jobs; null: they do not
   */
  public record Setting(
      ServedDomains served,
      String bundleId,
      ColdStartConfig.Settings coldStart,
      FineTuneConfig.Settings fineTune,
      TextEncoders encoders,
      @Nullable HeadwaterConfig answering) {}

  /**
   * How much of it.
   *
   * @param domains how many
   * @param perSecond clicks a second over all domains
   * @param warmSeconds before anything is measured
   * @param seconds measured
   * @param floodPerSecond clicks a second on the one domain
   * @param floodSeconds how long
   */
  public record Load(
      int domains,
      double perSecond,
      int warmSeconds,
      int seconds,
      double floodPerSecond,
      int floodSeconds) {}

  /**
   * What was measured. Latencies are from the click's record to its row being sent.
   *
   * @param rowsPerSecond cold rows made a second
   * @param learned examples of all domains up to the flood
   * @param domainsLearned domains that learned any
   * @param liveAboveNeverTuned domains whose answers' NDCG@10 is above that of rows never tuned
   * @param ranked events that this rests on
   * @param p50Ms at the steady rate, all domains
   * @param p99Ms the same
   * @param worstP99Ms of the domain with the highest, of those with any
   * @param starved domains that learned nothing at the steady rate
   * @param othersP99Ms while one is flooded, all others
   * @param othersWorstP99Ms the same, of the domain with the highest, of those with any
   * @param othersStarved domains that learned nothing while another was flooded
   * @param floodLearned examples of the flooded domain meanwhile
   * @param floodLeftAside histories of it that were left for later
   * @param rssBeforeMb resident memory of the process before the jobs
   * @param rssMb with both jobs and all domains, at the end
   * @param answered what a serving node said; null where none was asked for
   */
  public record Result(
      double rowsPerSecond,
      long learned,
      int domainsLearned,
      int liveAboveNeverTuned,
      long ranked,
      long p50Ms,
      long p99Ms,
      long worstP99Ms,
      int starved,
      long othersP99Ms,
      long othersWorstP99Ms,
      int othersStarved,
      long floodLearned,
      long floodLeftAside,
      double rssBeforeMb,
      double rssMb,
      StoreAndServing.@Nullable Answered answered) {}

  /** Prepares a run; each domain has the items and clicks of {@code data}. */
  public DomainsBench(
      KafkaSettings kafka,
      FlinkSettings flink,
      Setting setting,
      DomainData data,
      int domains,
      Consumer<String> says) {
    this.kafka = kafka;
    this.flink = flink;
    this.setting = setting;
    this.data = data;
    this.says = says;
    this.domains = IntStream.range(0, domains).mapToObj(i -> PREFIX + i).toList();
  }

  /** Runs it. */
  public Result run(Load load) throws Exception {
    double before = ResidentMemory.kilobytes() / 1024;
    try (LocalJobs jobs = LocalJobs.start(2, flink.ofCluster());
        Producer<byte[], byte[]> producer =
            new KafkaProducer<>(
                kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      publish(producer);
      try (StoreAndServing asked = startAnswering()) {
        return run(load, jobs, producer, asked, before);
      }
    }
  }

  private @Nullable StoreAndServing startAnswering() throws InterruptedException {
    HeadwaterConfig config = setting.answering();
    return config == null ? null : new StoreAndServing(config);
  }

  private Result run(
      Load load,
      LocalJobs jobs,
      Producer<byte[], byte[]> producer,
      @Nullable StoreAndServing asked,
      double before)
      throws Exception {
    RunningJob cold = jobs.submit(coldStart(), flink);
    double rowsPerSecond = awaitRows();
    RunningJob tune = jobs.submit(fineTune(), flink);
    domains.forEach(domain -> feeders.add(new HistoryFeeder(kafka, domain, data, producer)));
    feed(load.perSecond(), load.warmSeconds());
    await(() -> learned() > 0, "nothing is learned");
    says.accept("warm: %,d examples learned".formatted(learned()));
    recorders(0).forEach(LatencyRecorder::reset);
    List<Long> beforeSteady = learnedEach();
    feed(load.perSecond(), load.seconds());
    settle();
    int starved = starved(beforeSteady, learnedEach(), 0);
    long p50 = LatencyRecorder.percentile(recorders(0), 0.5);
    long p99 = LatencyRecorder.percentile(recorders(0), 0.99);
    long worst = worst(0);
    long learned = learned();
    says.accept(
        "steady: click to row p50 %d ms, p99 %d ms, %,d learned".formatted(p50, p99, learned));
    recorders(0).forEach(LatencyRecorder::reset);
    List<Long> beforeFlood = learnedEach();
    flood(load);
    settle();
    int othersStarved = starved(beforeFlood, learnedEach(), 1);
    says.accept(
        "%d domains learned nothing at the steady rate, %d while another was flooded"
            .formatted(starved, othersStarved));
    says.accept(
        "flood: the others' p99 %d ms".formatted(LatencyRecorder.percentile(recorders(1), 0.99)));
    double after = ResidentMemory.kilobytes() / 1024;
    requireWell(cold);
    requireWell(tune);
    FineTuneStats flooded = stats(0);
    return new Result(
        rowsPerSecond,
        learned,
        (int) all().stream().filter(each -> each.learned() > 0).count(),
        (int) all().stream().filter(DomainsBench::isLiveAbove).count(),
        all().stream().mapToLong(DomainsBench::ranked).sum(),
        p50,
        p99,
        worst,
        starved,
        LatencyRecorder.percentile(recorders(1), 0.99),
        worst(1),
        othersStarved,
        flooded.learned(),
        flooded.leftAside(),
        before,
        after,
        asked == null ? null : asked.ask(domains, data));
  }

  private static void requireWell(RunningJob job) throws Exception {
    String failure = job.failure().orElse(null);
    if (failure != null) {
      throw new IllegalStateException("job " + job.name() + " failed: " + failure);
    }
  }

  private void publish(Producer<byte[], byte[]> producer) {
    long offset = 0;
    for (String domain : domains) {
      for (Item item : data.items()) {
        AcceptedItem accepted =
            AcceptedItem.newBuilder()
                .setDomain(domain)
                .setItem(item.id())
                .setTitle(item.title())
                .setBrand(item.brand())
                .addAllCategories(item.categories())
                .setAvailable(true)
                .setIncarnation(++offset)
                .setRevision(offset)
                .build();
        send(
            producer,
            kafka.topics().acceptedItems(),
            Keys.of(domain, item.id()),
            accepted.toByteArray());
      }
      Announcement announced =
          Announcement.newBuilder()
              .setDomain(domain)
              .setKind(Announcement.Kind.ANNOUNCED)
              .setModelVersion(setting.bundleId())
              .build();
      send(producer, kafka.topics().announcements(), domain, announced.toByteArray());
    }
    producer.flush();
  }

  private static void send(
      Producer<byte[], byte[]> producer, String topic, String key, byte[] value) {
    // A send that fails shows as a row that does not come: the deadline's to say.
    var unused =
        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
  }

  private ColdStartJob coldStart() {
    return ColdStartJob.onKafka(
        COLD,
        kafka,
        new ColdStartConfig(setting.served(), setting.coldStart()),
        setting.encoders());
  }

  private FineTuneJob fineTune() {
    return FineTuneJob.onKafka(
        TUNE, kafka, setting.served(), setting.fineTune(), Tracing.Opener.OFF);
  }

  private double awaitRows() throws TimeoutException {
    long items = (long) domains.size() * data.items().size();
    ColdStartStats stats = ColdStartStats.of(COLD);
    await(() -> stats.rows() > 0, "no row is made");
    long start = System.nanoTime();
    await(() -> stats.rows() + stats.fallbacks() >= items, "rows are missing");
    double seconds = (System.nanoTime() - start) / 1e9;
    says.accept("%,d cold rows after %.0f s".formatted(items, seconds));
    return items / Math.max(seconds, 1e-3);
  }

  private void feed(double perSecond, int seconds) {
    long start = System.nanoTime();
    for (int i = 0; i < perSecond * seconds; i++) {
      long due = start + (long) (i / perSecond * 1e9);
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
      }
      feeders.get(i % feeders.size()).feedOne();
    }
  }

  private void flood(Load load) throws InterruptedException {
    HistoryFeeder flooded = feeders.remove(0);
    Thread flood =
        new Thread(
            () ->
                flooded.feed(
                    (int) (load.floodPerSecond() * load.floodSeconds()), load.floodPerSecond()),
            "flood");
    flood.start();
    feed(load.perSecond() * feeders.size() / domains.size(), load.floodSeconds());
    flood.join();
    feeders.add(0, flooded);
  }

  /** What was clicked last goes out. */
  private static void settle() {
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
  }

  private FineTuneStats stats(int domain) {
    return FineTuneStats.of(TUNE + "-" + domains.get(domain));
  }

  private List<FineTuneStats> all() {
    return IntStream.range(0, domains.size()).mapToObj(this::stats).toList();
  }

  private List<LatencyRecorder> recorders(int from) {
    return all().stream().skip(from).map(FineTuneStats::clickToRowMs).toList();
  }

  private List<Long> learnedEach() {
    return all().stream().map(FineTuneStats::learned).toList();
  }

  /** Returns how many domains, from one on, learned nothing: no latency tells of those. */
  static int starved(List<Long> before, List<Long> after, int from) {
    return (int)
        IntStream.range(from, before.size()).filter(i -> after.get(i) <= before.get(i)).count();
  }

  private long worst(int from) {
    return recorders(from).stream().mapToLong(each -> each.percentile(0.99)).max().orElse(0);
  }

  private long learned() {
    return all().stream().mapToLong(FineTuneStats::learned).sum();
  }

  private static boolean isLiveAbove(FineTuneStats stats) {
    QualityWindow window = stats.quality();
    return window != null
        && window.getLiveTotal().getNdcg10() > window.getNeverTunedTotal().getNdcg10();
  }

  private static long ranked(FineTuneStats stats) {
    QualityWindow window = stats.quality();
    return window == null ? 0 : window.getLiveTotal().getEvents();
  }

  private static void await(BooleanSupplier done, String otherwise) throws TimeoutException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MIN);
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException(otherwise);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }
}
