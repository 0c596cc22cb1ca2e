package dev.headwater.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.serving.follow.Progress;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.ScanIndex;
import dev.headwater.serving.recommend.WarmUp;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.LiveRow;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.state.View;
import dev.headwater.serving.users.BatchingEncoder;
import dev.headwater.serving.users.HistoryEncoder;
import dev.headwater.serving.users.UserState;
import dev.headwater.serving.users.UserVectorCache;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which of what is missing keeps traffic away. */
class NodeReadinessTest {
  private final Domains domains = new Domains(Set.of("served", "idle"), 8, 100, 100, List.of());
  private final Followed followed = new Followed();
  private final NodeReadiness readiness =
      new NodeReadiness(domains, followed, Duration.ofSeconds(10));
  private final BatchingEncoder users =
      new BatchingEncoder(new MeanEncoder(2, 50), new BatchingEncoder.Bounds(16, 64, 64, 2_000));

  private static final class Followed implements Progress {
    private double fraction = 1;
    private boolean announced = true;
    private Duration staleness = Duration.ZERO;
    private Duration silence = Duration.ZERO;
    private @Nullable Exception failure;

    @Override
    public double fractionLoaded() {
      return fraction;
    }

    @Override
    public boolean isAnnounced() {
      return announced;
    }

    @Override
    public Duration staleness() {
      return staleness;
    }

    @Override
    public Duration behind() {
      return staleness.minus(silence);
    }

    @Override
    public @Nullable Exception failure() {
      return failure;
    }
  }

  private record Ignore() implements ModelTable.RowListener {
    @Override
    public void onVisible(LiveRow row) {
      // Not looked at here.
    }

    @Override
    public void onRefused(EmbeddingRow row, String why) {
      // Not looked at here.
    }
  }

  @AfterEach
  void stop() {
    users.close();
  }

  private Domain domain(String name) {
    return Objects.requireNonNull(domains.find(name));
  }

  private void announce(String name) {
    AnnouncementBook book = new AnnouncementBook();
    domain(name)
        .announced(
            Objects.requireNonNull(
                book.apply(
                    Announcement.newBuilder()
                        .setDomain(name)
                        .setModelVersion(Rows.MODEL)
                        .setKind(Announcement.Kind.ANNOUNCED)
                        .build())));
  }

  private void load(String name) {
    ModelTable table =
        domain(name)
            .model(
                Rows.MODEL,
                model ->
                    new ModelTable(
                        model,
                        2,
                        new RowGuard(1e-6f, 100),
                        Clock.systemUTC(),
                        new Ignore(),
                        ScanIndex::new));
    domain(name)
        .view(
            new View(
                1,
                table,
                new UserVectorCache(
                    1, domain(name).ids(), table.vectors(), users, null, new SimpleMeterRegistry()),
                "text"));
  }

  @Test
  void aDomainWithoutAModelDoesNotKeepTheOthersTrafficAway() {
    announce("served");
    load("served");
    assertThat(readiness.now().waitingFor()).isEmpty();
    assertThat(readiness.now().ready()).isTrue();
  }

  @Test
  void aLoadedNodeIsNotReadyBeforeItsCodeIsCompiled() {
    readiness.cold();
    assertThat(readiness.isLoaded()).isFalse();
    announce("served");
    load("served");
    assertThat(readiness.isLoaded()).isTrue();
    assertThat(readiness.now().ready()).isFalse();
    assertThat(readiness.now().waitingFor()).containsExactly("its code to be compiled");
    readiness.warm();
    assertThat(readiness.now().ready()).isTrue();
  }

  @Test
  void aWarmUpAsksForKnownUsersAndElseForHistoriesOfItems() {
    WarmUp warmUp = new WarmUp(Duration.ofMillis(300));
    assertThat(warmUp.run(domains.all())).as("nothing can be answered yet").isZero();
    load("served");
    Domain served = domain("served");
    assertThat(warmUp.run(domains.all())).as("there is no item").isZero();
    ModelTable table = Objects.requireNonNull(served.model(Rows.MODEL));
    int code = served.ids().code("a");
    table.onRow(code, Rows.inCold(0, Rows.cold("served", "a", 1, 1, 2)));
    assertThat(warmUp.run(domains.all())).isPositive();
    UserState state = new UserState(new int[] {code}, new int[0], "event", 7);
    served.users().put("somebody", state);
    assertThat(warmUp.run(domains.all())).isPositive();
    assertThat(state.vector()).as("the user was asked for").isNotNull();
  }

  /** Nothing else limits the wait: neither the encoder nor the number of answers of a round. */
  @Test
  @Timeout(20)
  void aWarmUpDoesNotWaitForAnEncoderThatHangs() {
    load("served");
    Domain served = domain("served");
    ModelTable table = Objects.requireNonNull(served.model(Rows.MODEL));
    int code = served.ids().code("a");
    table.onRow(code, Rows.inCold(0, Rows.cold("served", "a", 1, 1, 2)));
    CountDownLatch never = new CountDownLatch(1);
    BatchingEncoder hangs =
        new BatchingEncoder(new Hanging(never), new BatchingEncoder.Bounds(16, 64, 64, 3_600_000));
    UserVectorCache cache =
        new UserVectorCache(
            2, served.ids(), table.vectors(), hangs, null, new SimpleMeterRegistry());
    served.view(new View(2, table, cache, "text"));
    assertThat(new WarmUp(Duration.ofMillis(200)).run(domains.all())).isZero();
    never.countDown();
    hangs.close();
  }

  private record Hanging(CountDownLatch until) implements HistoryEncoder {
    @Override
    public int dim() {
      return 2;
    }

    @Override
    public int maxLength() {
      return 50;
    }

    @Override
    public float[][] encode(List<float[][]> histories) {
      try {
        until.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return new float[histories.size()][2];
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }

  @Test
  void anAnnouncedModelThatIsNotLoadedIsWaitedFor() {
    announce("served");
    load("served");
    announce("idle");
    assertThat(readiness.now().ready()).isFalse();
    assertThat(readiness.now().waitingFor()).containsExactly("the announced model of domain idle");
  }

  @Test
  void aNodeWithNoModelAtAllIsNotReady() {
    assertThat(readiness.now().ready()).isFalse();
    assertThat(readiness.now().waitingFor())
        .containsExactlyInAnyOrder(
            "an announced model of domain served", "an announced model of domain idle");
  }

  @Test
  void whatIsAnnouncedMustBeKnownFirst() {
    announce("served");
    load("served");
    followed.announced = false;
    assertThat(readiness.now().waitingFor()).containsExactly("what is announced");
  }

  @Test
  void topicsThatAreNotReadOrTooFarAheadAndAStoppedFollowerKeepTrafficAway() {
    announce("served");
    load("served");
    followed.fraction = 0.5;
    assertThat(readiness.now().waitingFor()).containsExactly("the topics");
    assertThat(readiness.now().fractionLoaded()).isEqualTo(0.5);
    followed.fraction = 1;
    followed.staleness = Duration.ofSeconds(11);
    assertThat(readiness.now().waitingFor()).hasSize(1);
    assertThat(readiness.now().stalenessSeconds()).isEqualTo(11);
    followed.staleness = Duration.ZERO;
    followed.failure = new IllegalStateException("boom");
    assertThat(readiness.now().ready()).isFalse();
    assertThat(readiness.now().failure()).contains("boom");
  }

  /** Otherwise Kafka's absence would take every node out at once, and answers with them. */
  @Test
  void brokersThatAreSilentKeepNoTrafficAway() {
    announce("served");
    load("served");
    followed.staleness = Duration.ofMinutes(10);
    followed.silence = Duration.ofMinutes(10);
    assertThat(readiness.now().ready()).isTrue();
    assertThat(readiness.now().stalenessSeconds()).isEqualTo(600);
    followed.silence = Duration.ofMinutes(9);
    assertThat(readiness.now().ready()).isFalse();
  }

  @Test
  void aNodeThatEndsGetsNoMore() {
    announce("served");
    load("served");
    readiness.drain();
    assertThat(readiness.now().ready()).isFalse();
  }
}
