package dev.headwater.serving;

import dev.headwater.idp.text.ItemText;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.follow.ModelLoader;
import dev.headwater.serving.follow.ViewSwitcher;
import dev.headwater.serving.items.VectorTable;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.users.BatchingEncoder;
import dev.headwater.serving.users.StandIns;
import dev.headwater.serving.users.TextRows;
import dev.headwater.serving.users.UserVectorCache;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts what encodes users, within the node's limits, and the one thread that encodes texts. */
final class EncoderStarter implements ViewSwitcher.Starter, AutoCloseable {
  private static final int QUEUE_MAX = 1_024;
  private static final int BEHIND_MAX = 1 << 18;
  private static final int TEXTS_QUEUE_MAX = 256;

  private final ServingLimits limits;
  private final MeterRegistry registry;
  private final ThreadPoolExecutor texts;

  EncoderStarter(ServingLimits limits, MeterRegistry registry) {
    this.limits = limits;
    this.registry = registry;
    texts =
        new ThreadPoolExecutor(
            1,
            1,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(TEXTS_QUEUE_MAX),
            task -> {
              Thread thread = new Thread(task, "serving-texts");
              thread.setDaemon(true);
              return thread;
            });
    texts.allowCoreThreadTimeOut(true);
  }

  @Override
  public BatchingEncoder start(ModelLoader.LoadedModel loaded) {
    return new BatchingEncoder(
        loaded.encoder(),
        new BatchingEncoder.Bounds(
            limits.encodeBatchMax(), QUEUE_MAX, BEHIND_MAX, limits.requestTimeoutMs()));
  }

  @Override
  public UserVectorCache encoding(
      Domain domain, long viewId, VectorTable vectors, BatchingEncoder users) {
    TextRows maker = users.textRows();
    StandIns standIns =
        maker == null ? null : new StandIns(maker, code -> text(domain, code), texts);
    return new UserVectorCache(viewId, domain.ids(), vectors, users, standIns, registry);
  }

  /** Returns the text of an accepted item as the jobs encode it; null when it says nothing. */
  private static @Nullable String text(Domain domain, int code) {
    CatalogEntry entry = domain.catalog(code);
    if (entry == null || entry.deleted()) {
      return null;
    }
    String text = ItemText.of(entry.title(), entry.brand(), entry.categories());
    return ItemText.isUsable(text) ? text : null;
  }

  @Override
  public void close() {
    texts.shutdownNow();
  }
}
