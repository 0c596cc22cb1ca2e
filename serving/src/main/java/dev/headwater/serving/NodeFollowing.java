package dev.headwater.serving;

import dev.headwater.events.Topics;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.serving.config.Placement;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.follow.CatalogHandler;
import dev.headwater.serving.follow.DeletionsHandler;
import dev.headwater.serving.follow.DenialsHandler;
import dev.headwater.serving.follow.FollowMetrics;
import dev.headwater.serving.follow.Following;
import dev.headwater.serving.follow.HistoriesHandler;
import dev.headwater.serving.follow.Pins;
import dev.headwater.serving.follow.QualityHandler;
import dev.headwater.serving.follow.RejectionsHandler;
import dev.headwater.serving.follow.RowsHandler;
import dev.headwater.serving.follow.SavedState;
import dev.headwater.serving.follow.SnapshotRows;
import dev.headwater.serving.follow.ViewSwitcher;
import dev.headwater.serving.intake.Receipts;
import dev.headwater.serving.intake.TopicWriter;
import dev.headwater.serving.items.IndexBuilds;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.lag.Heartbeats;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.store.admin.VersionReader;
import dev.headwater.tracing.Tracing;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a node's state up with the topics: a follower a group of topics, and what they have
 * done in the background (tables, indexes, encoders, the change from one view to the next).
 *
 * @param following the followers
 * @param rows takes in rows
 * @param switcher from one view to the next
 * @param builds of indexes
 * @param encoders of users and texts
 */
record NodeFollowing(
    Following following,
    RowsHandler rows,
    ViewSwitcher switcher,
    IndexBuilds builds,
    EncoderStarter encoders) {

  /** Connects and begins to read. */
  static NodeFollowing start(
      NodeSetting setting,
      NodeState state,
      TopicWriter writer,
      Heartbeats heartbeats,
      ViewSwitcher.Gate gate) {
    ServingConfig config = setting.config();
    FollowMetrics metrics = new FollowMetrics(setting.registry(), setting.clock());
    EncoderStarter encoders = new EncoderStarter(config.limits(), setting.registry());
    Placement placement = config.placement();
    // Rows are searched where histories are encoded.
    IndexBuilds builds =
        new IndexBuilds(
            setting.registry(),
            setting.random(),
            ComputeDevice.of(placement.device()),
            placement.isHalf());
    RowGuard guard = new RowGuard(config.settings().rowNormMin(), config.settings().rowNormMax());
    TableMakers makers = new TableMakers(setting, state.files(), guard, builds);
    RowsHandler.TableMaker tables = makers.telling(metrics);
    Pins pins =
        new Pins(
            versionRows(config),
            makers.telling(ModelTable.RowListener.NONE),
            metrics,
            config.slice());
    ViewSwitcher switcher =
        new ViewSwitcher(setting.loader(), encoders, metrics, pins, config.slice(), gate);
    Domains domains = state.domains();
    Topics topics = setting.kafka().topics();
    Tracing tracing = setting.tracing();
    AtomicReference<@Nullable Following> announcing = new AtomicReference<>();
    RowsHandler rows =
        new RowsHandler(
            topics,
            domains,
            tables,
            metrics,
            switcher,
            (domain, model) -> isRetired(announcing.get(), domain, model),
            config.slice());
    SavedState saved = state.saved();
    SavedState.Resumed resumed =
        saved == null ? SavedState.Resumed.NOTHING : saved.load(domains, tables, metrics);
    rows.resume(resumed.early());
    Following following =
        new Following(
            setting.kafka(),
            new Following.Handlers(
                announced -> announced(domains, switcher, announced),
                heartbeats.tap(tracing.follow(rows, false)),
                heartbeats.tap(
                    tracing.follow(
                        new HistoriesHandler(domains, metrics, tracing, config.slice()), false)),
                heartbeats.tap(new CatalogHandler(domains, metrics, config.slice())),
                new RejectionsHandler(topics, state.rejections()),
                new DenialsHandler(domains, metrics),
                reach ->
                    new DeletionsHandler(
                            domains,
                            metrics,
                            new Receipts(writer, topics, config.node()),
                            setting.clock(),
                            reach,
                            config.slice())
                        .telling(saved == null ? goneMs -> {} : saved::forget),
                new QualityHandler(domains, state.quality(), metrics)),
            resumed.offsets().isEmpty()
                ? snapshotOffsets(setting, domains, tables, metrics)
                : resumed.offsets());
    announcing.set(following);
    return new NodeFollowing(following, rows, switcher, builds, encoders);
  }

  private static boolean isRetired(@Nullable Following following, String domain, String model) {
    return following != null && following.isRetired(domain, model);
  }

  private static Pins.VersionRows versionRows(ServingConfig config) {
    URI store = config.storeAdmin();
    return store == null
        ? Pins.VersionRows.NONE
        : new VersionReader(store, config.storeAdminOther(), config.protection().toStore())::read;
  }

  private static Map<String, Long> snapshotOffsets(
      NodeSetting setting, Domains domains, RowsHandler.TableMaker tables, FollowMetrics metrics) {
    Path snapshot = setting.config().settings().snapshot();
    return snapshot == null
        ? Map.of()
        : new SnapshotRows(domains, tables, metrics, setting.config().slice())
            .load(snapshot, setting.clock());
  }

  private static void announced(Domains domains, ViewSwitcher switcher, AnnouncedState state) {
    Domain domain = domains.follow(state.domain());
    if (domain != null) {
      domain.announced(state);
      switcher.announced(domain, state);
    }
  }

  /** Stops to read and to switch; what was built stays in use. */
  void stop() {
    following.close();
    switcher.close();
  }

  /** Has what is known kept for the next start, once this has stopped. */
  void save(NodeState state) {
    SavedState saved = state.saved();
    Map<String, Long> offsets = following.offsets();
    if (saved != null && !offsets.isEmpty()) {
      saved.save(state.domains(), rows.left(offsets));
    }
  }

  /** Stops what is done in the background. */
  void close() {
    builds.close();
    encoders.close();
  }
}
