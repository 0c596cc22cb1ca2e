package dev.headwater.serving.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Topics;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.announce.GenerationFences;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.serving.MeanEncoder;
import dev.headwater.serving.Rows;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.ScanIndex;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.items.VectorTable;
import dev.headwater.serving.state.Arm;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.users.BatchingEncoder;
import dev.headwater.serving.users.UserVectorCache;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ViewSwitcherTest {
  private static final String SHOP = "shop";

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Arm trial = new Arm("trial", "m2", 1);
  private final Set<String> gone = new HashSet<>();
  private Domains domains = new Domains(Set.of(SHOP), 1, 10, 10, List.of());
  private final FollowMetrics metrics = new FollowMetrics(registry, Clock.systemUTC());
  private final RowsHandler.TableMaker tables =
      (domain, model, dim) ->
          new ModelTable(
              model,
              dim,
              new RowGuard(1e-6f, 100),
              Clock.systemUTC(),
              ModelTable.RowListener.NONE,
              ScanIndex::new);
  private final Stepped executor = new Stepped();
  private final List<EmbeddingRow> pinnedRows = new ArrayList<>();

  /** What comes of loading a bundle or a version next, before it succeeds. */
  private final Deque<Exception> failures = new ArrayDeque<>();

  private Slice slice = Slice.WHOLE;
  private boolean othersHaveIt = true;
  private ViewSwitcher switcher = switcher();
  private RowsHandler handler = handler();

  private ViewSwitcher switcher() {
    return new ViewSwitcher(
        this::load,
        new Encoders(),
        metrics,
        new Pins(this::read, tables, metrics, slice, executor),
        slice,
        (domain, model, pinned) -> othersHaveIt,
        executor);
  }

  private ModelLoader.LoadedModel load(String model) throws ModelLoader.ModelUnavailableException {
    Exception failure = failures.poll();
    if (failure instanceof ModelLoader.ModelUnavailableException unavailable) {
      throw unavailable;
    } else if (failure instanceof RuntimeException broken) {
      throw broken;
    }
    return new ModelLoader.LoadedModel(new MeanEncoder(2, 10), "text");
  }

  private void read(long version, Consumer<EmbeddingRow> each) {
    if (failures.poll() instanceof RuntimeException broken) {
      throw broken;
    }
    pinnedRows.forEach(each);
  }

  private RowsHandler handler() {
    return new RowsHandler(
        Topics.DEFAULT,
        domains,
        tables,
        metrics,
        switcher,
        (domain, model) -> gone.contains(model));
  }

  @AfterEach
  void close() {
    switcher.close();
    shop().views().forEach(view -> view.users().encoder().close());
  }

  /** Found by the simulation: rows are read once, a table that was dropped stayed a fragment. */
  @Test
  void whoeverGoesBackToABundleLongAfterLeavingItFindsAllItsRows() {
    for (int i = 0; i < 3; i++) {
      read("m1", i);
      read("m2", i);
    }
    handler.onCaughtUp();
    announce("m1");
    announce("m2");
    assertThat(model()).isEqualTo("m2");
    executor.runDelayed();
    read("m1", 3);
    announce("m1");

    assertThat(model()).isEqualTo("m1");
    assertThat(Objects.requireNonNull(shop().view()).table().vectors().size()).isEqualTo(4);
  }

  /** Found by the simulation: what was prepared in between came to be shown all the same. */
  @Test
  void whoeverGoesBackBeforeTheOtherBundleIsWholeStaysWithTheFirst() {
    read("m1", 0);
    handler.onCaughtUp();
    announce("m1");
    announce("m2");
    announce("m1");
    read("m2", 0);
    handler.onTick();

    assertThat(model()).isEqualTo("m1");
    announce("m2");
    assertThat(model()).isEqualTo("m2");
  }

  /** Found by the simulation: the node went on answering from the other bundle for ever. */
  @Test
  void aPinnedVersionWithFewerRowsThanTheOtherBundleIsShown() {
    for (int i = 0; i < 3; i++) {
      read("m1", i);
      read("m2", i);
    }
    handler.onCaughtUp();
    announce("m2");
    pinnedRows.add(row("m1", 0));
    announce(state("m1", 5, new AnnouncedState.Pin("ops", "few rows then")));

    assertThat(model()).isEqualTo("m1");
    ModelTable shown = Objects.requireNonNull(shop().view()).table();
    assertThat(shown.version()).isEqualTo(5);
    assertThat(shown.vectors().size()).isEqualTo(1);
  }

  /**
   * Found by the simulation: items ended after their bundle was retired, where nobody ends them any
   * more, and the node waited for ever for another bundle with as many rows.
   */
  @Test
  void aRetiredBundleIsLeftForOneThatHasAllItemsThatMayStillBeShown() {
    for (int i = 0; i < 4; i++) {
      read("m1", i);
    }
    read("m2", 0);
    read("m2", 1);
    handler.onCaughtUp();
    announce("m1");
    announce("m2");
    gone.add("m1");
    handler.onTick();
    assertThat(model()).as("two of four").isEqualTo("m1");

    shop().catalog(shop().ids().code("i2"), CatalogEntry.deletedAt(1_000, 1));
    shop().catalog(shop().ids().code("i3"), CatalogEntry.deletedAt(1_000, 1));
    handler.onTick();
    assertThat(model()).as("two of two").isEqualTo("m2");
  }

  /** A bundle that nobody announced can be an arm's; its table cannot go while the arm has it. */
  @Test
  void usersOfAnArmWhoseBundleIsRetiredAreAnsweredLikeTheRestFromThenOn() {
    domains = new Domains(Set.of(SHOP), 1, 10, 10, List.of(trial));
    handler = handler();
    read("m1", 0);
    read("m2", 0);
    handler.onCaughtUp();
    announce("m1");
    assertThat(armModel()).isEqualTo("m2");
    assertThat(shop().armName(trial)).isEqualTo("trial");

    gone.add("m2");
    handler.onTick();
    announce("m1");

    assertThat(armModel()).isEqualTo("m1");
    assertThat(shop().armName(trial)).isEqualTo(Arm.REST);
    assertThat(shop().model("m2")).isNull();
  }

  /** It was tried for a minute, or once where the failure was none that was thought of. */
  @Test
  void aBundleIsTriedUntilItIsThere() {
    read("m1", 0);
    handler.onCaughtUp();
    for (int i = 0; i < 61; i++) {
      failures.add(
          new ModelLoader.ModelUnavailableException("not copied yet", new IOException("gone")));
    }
    failures.add(new IllegalStateException("the bundle lacks the weight w"));
    announce("m1");
    for (int i = 0; i < 62; i++) {
      assertThat(shop().view()).isNull();
      executor.runDelayed();
    }
    handler.onTick();
    assertThat(model()).isEqualTo("m1");
    assertThat(registry.get("headwater.serving.model.load.failures").counter().count())
        .isEqualTo(62);
  }

  /** The key's file may be half written at that moment. */
  @Test
  void aPinnedVersionIsReadAgainWhateverWentWrong() {
    read("m1", 0);
    handler.onCaughtUp();
    announce("m1");
    pinnedRows.add(row("m1", 0));
    failures.add(new IllegalArgumentException("the file must hold one key and nothing else"));
    announce(state("m1", 5, new AnnouncedState.Pin("ops", "bad")));
    assertThat(table().version()).isZero();
    executor.runDelayed();
    handler.onTick();
    assertThat(table().version()).isEqualTo(5);
  }

  /** One item is there and served, and its domain is pinned. */
  private void pinned(long version) {
    read("m1", 0);
    handler.onCaughtUp();
    announce("m1");
    pinnedRows.add(row("m1", 0));
    announce(state("m1", version, new AnnouncedState.Pin("ops", "bad")));
  }

  /** It was closed under the views that showed it, for the other bundle was still being loaded. */
  @Test
  void aPinnedTableStaysUntilTheOtherBundlesVersionIsShown() {
    pinned(5);
    ModelTable shown = table();
    read("m2", 0);
    failures.add(new StoreAnswersAtOnce());
    for (int i = 0; i < 2; i++) {
      failures.add(new ModelLoader.ModelUnavailableException("away", new IOException("gone")));
    }
    pinnedRows.set(0, row("m2", 0));
    announce(state("m2", 9, new AnnouncedState.Pin("ops", "worse")));
    assertThat(table()).isSameAs(shown);
    executor.runDelayed(); // five seconds, and the next try to load
    handler.onTick();
    assertThat(table()).isSameAs(shown);
    assertThat(shop().held()).as("followed as long as it is shown").hasSize(2);

    executor.runDelayed();
    handler.onTick();
    handler.onTick();
    assertThat(table().version()).isEqualTo(9);
    assertThat(shop().held()).hasSize(1);
  }

  /** In the list of failures: the next thing succeeds. */
  private static final class StoreAnswersAtOnce extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /** Those of other shards could not be asked for its table, and answers lacked their items. */
  @Test
  void aPinIsTakenUpWhenAllShardsHaveItsVersion() {
    othersHaveIt = false;
    pinned(5);
    assertThat(table().version()).as("answered from").isZero();
    assertThat(shop().held()).as("to be asked for").hasSize(1);
    othersHaveIt = true;
    handler.onTick();
    assertThat(table().version()).isEqualTo(5);

    announce(state("m1", 7, null));
    assertThat(table()).isSameAs(shop().model("m1"));
    assertThat(shop().held()).as("others may still ask for it").hasSize(1);
    executor.runDelayed();
    handler.onTick();
    assertThat(shop().held()).isEmpty();
  }

  /** It is there because what is answered now is bad. */
  @Test
  void aPinWaitsForAShardThatIsAwayNoLongerThanItMust() {
    othersHaveIt = false;
    pinned(5);
    executor.runDelayed();
    handler.onTick();
    assertThat(table().version()).isEqualTo(5);
  }

  @Test
  void aShardThatHoldsNothingOfThePinnedVersionHasItsTableAllTheSame() {
    for (int shard = 0; slice.isWhole() || slice.holds(SHOP, "i0"); shard++) {
      slice = new Slice(3, shard);
    }
    switcher = switcher();
    handler = handler();
    pinned(5);
    assertThat(table().version()).isEqualTo(5);
    assertThat(table().vectors().size()).isZero();
  }

  private ModelTable table() {
    return Objects.requireNonNull(shop().view()).table();
  }

  private String armModel() {
    return Objects.requireNonNull(shop().view(trial)).model();
  }

  private Domain shop() {
    return Objects.requireNonNull(domains.find(SHOP));
  }

  private String model() {
    return Objects.requireNonNull(shop().view()).model();
  }

  private void announce(String model) {
    announce(state(model, 0, null));
  }

  private static AnnouncedState state(
      String model, long version, AnnouncedState.@Nullable Pin pin) {
    return new AnnouncedState(
        SHOP, model, "", version, version, pin, 0, 0, 0, GenerationFences.NONE, null);
  }

  private void announce(AnnouncedState state) {
    shop().announced(state);
    switcher.announced(shop(), state);
    handler.onTick();
  }

  private static EmbeddingRow row(String model, int item) {
    return Rows.cold(SHOP, "i" + item, 1, 1, item).toBuilder().setModel(model).build();
  }

  private void read(String model, int item) {
    EmbeddingRow row = row(model, item);
    byte[] key = (SHOP + "/" + model + "/i" + item).getBytes(StandardCharsets.UTF_8);
    handler.onRecord(
        new ConsumerRecord<>(Topics.DEFAULT.coldStartRows(), 0, item, key, row.toByteArray()));
  }

  private final class Encoders implements ViewSwitcher.Starter {
    @Override
    public BatchingEncoder start(ModelLoader.LoadedModel loaded) {
      return new BatchingEncoder(loaded.encoder(), new BatchingEncoder.Bounds(4, 4, 4, 1_000));
    }

    @Override
    public UserVectorCache encoding(
        Domain domain, long viewId, VectorTable vectors, BatchingEncoder users) {
      return new UserVectorCache(viewId, domain.ids(), vectors, users, null, registry);
    }
  }

  /** Does at once what is to be done now, and later what is to be done later. */
  private static final class Stepped extends ScheduledThreadPoolExecutor {
    private final List<Runnable> delayed = new ArrayList<>();

    Stepped() {
      super(0);
    }

    @Override
    public void execute(Runnable work) {
      work.run();
    }

    @Override
    @SuppressWarnings("NullAway") // nobody here asks what became of it
    public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
      delayed.add(work);
      return null;
    }

    void runDelayed() {
      List<Runnable> now = List.copyOf(delayed);
      delayed.clear();
      now.forEach(Runnable::run);
    }
  }
}
