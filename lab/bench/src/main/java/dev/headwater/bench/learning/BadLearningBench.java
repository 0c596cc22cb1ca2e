package dev.headwater.bench.learning;

import dev.headwater.client.HeadwaterClient;
import dev.headwater.client.NodeClient;
import dev.headwater.client.Retries;
import dev.headwater.client.answers.DomainVersions;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Item;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.load.EventPublisher;
import dev.headwater.platform.load.Timeline;
import dev.headwater.platform.parts.Metrics;
import dev.headwater.platform.parts.Platform;
import dev.headwater.platform.report.Await;
import dev.headwater.serving.ServingService;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Feeds a learner shuffled targets from some moment on, again and again, and measures until what it
 * learned from them is out of the answers of two nodes, and what those answers are worth then. For
 * one thread.
 */
public final class BadLearningBench {
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final int NODES = 2;

  private final Settings settings;
  private final DomainData data;
  private final Consumer<String> says;
  private final List<Window> windows = new CopyOnWriteArrayList<>();

  /**
   * How it is run.
   *
   * @param runs how often
   * @param rate clicks a second
   * @param calmSeconds of good clicks before each run
   * @param visitors users whose next click is known
   */
  public record Settings(int runs, double rate, int calmSeconds, int visitors) {}

  /**
   * What one run showed.
   *
   * @param firstWindowMs from the end of the first window that held shuffled targets alone until
   *     all nodes answer from the version of before
   * @param decidingWindowMs the same from the end of the newest window at that time
   * @param shuffledMs the same from the first shuffled click
   * @param hr10Before of the answers, before
   * @param hr10After of the answers that come from the version of before
   */
  public record Result(
      long firstWindowMs,
      long decidingWindowMs,
      long shuffledMs,
      double hr10Before,
      double hr10After) {}

  /** A window and when it came. */
  private record Window(long fromMs, long atMs) {}

  /** Prepares the runs; {@code says} hears how it goes on. */
  public BadLearningBench(Settings settings, DomainData data, Consumer<String> says) {
    this.settings = settings;
    this.data = data;
    this.says = says;
  }

  /** Runs on a platform whose one domain is that of the data. */
  public List<Result> run(Platform platform, HeadwaterConfig config) throws Exception {
    List<Interaction> timeline = Timeline.of(data.name(), data.events());
    Visitors visitors = new Visitors(timeline, settings.visitors());
    URI store = URI.create("http://127.0.0.1:" + platform.store().adminPort());
    try (ServingService second =
            ServingService.start(
                config.serving().warmedUp(Duration.ZERO).forwardingTo(store),
                config.kafka(),
                Metrics.registry());
        EventPublisher publisher = new EventPublisher(config.kafka());
        TopicFollower follower =
            new TopicFollower(
                "bench-quality",
                config.kafka(),
                List.of(config.kafka().topics().quality()),
                this::onWindow)) {
      follower.start();
      List<NodeClient> nodes = List.of(node(platform.serving()), node(second));
      publish(publisher, visitors, nodes);
      List<Interaction> others =
          timeline.stream().filter(click -> !visitors.has(click.user())).toList();
      try (Clicks clicks = new Clicks(others, publisher, settings.rate())) {
        return run(platform, visitors, nodes, clicks);
      }
    }
  }

  private static NodeClient node(ServingService service) {
    return NodeClient.at(URI.create("http://127.0.0.1:" + service.port())).with(Retries.NONE);
  }

  private void onWindow(ConsumerRecord<byte[], byte[]> record) throws Exception {
    windows.add(
        new Window(QualityWindow.parseFrom(record.value()).getFromMs(), record.timestamp()));
  }

  private void publish(EventPublisher publisher, Visitors visitors, List<NodeClient> nodes)
      throws InterruptedException {
    for (Item item : data.items()) {
      publisher.publish(
          CatalogItem.of(data.name(), item.id(), item.title(), item.brand(), item.categories()));
    }
    publisher.flush();
    Await.until(
        "the catalog to become visible",
        LONG,
        () -> nodes.stream().allMatch(node -> items(node) >= data.items().size()));
    visitors.before().forEach(publisher::publish);
    publisher.flush();
    says.accept("%,d items are visible on %d nodes".formatted(data.items().size(), NODES));
  }

  private int items(NodeClient node) {
    DomainVersions.Serving serving = node.domain(data.name()).versions().serving();
    return serving == null ? 0 : serving.items();
  }

  private List<Result> run(
      Platform platform, Visitors visitors, List<NodeClient> nodes, Clicks clicks)
      throws InterruptedException {
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < settings.runs(); i++) {
      calm(platform);
      double before = hr10(visitors, nodes);
      long beganMs = System.currentTimeMillis();
      clicks.shuffled(true);
      long outMs = awaitOut(platform, nodes);
      double after = hr10(visitors, nodes);
      clicks.shuffled(false);
      Result result =
          new Result(
              outMs - firstWindowAfter(beganMs),
              outMs - newestWindowAt(outMs),
              outMs - beganMs,
              before,
              after);
      says.accept(
          "run %d: out %.1f s after the first shuffled click, %.1f s after the first such window, %.1f s after the newest; HR@10 of answers %.4f, then %.4f (%s)"
              .formatted(
                  i + 1,
                  result.shuffledMs() / 1e3,
                  result.firstWindowMs() / 1e3,
                  result.decidingWindowMs() / 1e3,
                  before,
                  after,
                  Objects.requireNonNull(state(platform).pin()).why()));
      results.add(result);
    }
    return results;
  }

  /** Waits until the store holds nothing back, and lets it be good for a while. */
  private void calm(Platform platform) throws InterruptedException {
    Await.until("the store to let go", LONG, () -> !state(platform).pinned());
    long untilMs = System.currentTimeMillis() + settings.calmSeconds() * 1_000L;
    Await.until("calm", LONG, () -> System.currentTimeMillis() >= untilMs);
    if (state(platform).pinned()) {
      throw new IllegalStateException("held back while nothing was shuffled: " + state(platform));
    }
  }

  private AnnouncedState state(Platform platform) {
    return Objects.requireNonNull(platform.store().engine().book().state(data.name()));
  }

  private long awaitOut(Platform platform, List<NodeClient> nodes) throws InterruptedException {
    Await.until(
        "bad learning to leave all answers",
        LONG,
        LOOK,
        () -> {
          AnnouncedState state = state(platform);
          return state.isWithdrawn()
              && nodes.stream().allMatch(node -> table(node) == state.announcedVersion());
        });
    return System.currentTimeMillis();
  }

  private long table(NodeClient node) {
    DomainVersions.Serving serving = node.domain(data.name()).versions().serving();
    return serving == null ? 0 : serving.table();
  }

  private double hr10(Visitors visitors, List<NodeClient> nodes) {
    double sum = 0;
    for (NodeClient node : nodes) {
      HeadwaterClient shop = node.shop(data.name());
      sum += visitors.hr10(shop);
    }
    return sum / nodes.size();
  }

  private long firstWindowAfter(long beganMs) {
    return windows.stream()
        .filter(window -> window.fromMs() >= beganMs)
        .mapToLong(Window::atMs)
        .min()
        .orElse(System.currentTimeMillis());
  }

  private long newestWindowAt(long atMs) {
    return windows.stream().mapToLong(Window::atMs).filter(at -> at <= atMs).max().orElse(atMs);
  }
}
