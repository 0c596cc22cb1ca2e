package dev.headwater.serving;

import dev.headwater.serving.follow.ModelLoader;
import dev.headwater.serving.follow.ViewSwitcher;
import dev.headwater.serving.items.VectorTable;
import dev.headwater.serving.users.UserEncoding;
import dev.headwater.serving.users.UserVectors;
import io.micrometer.core.instrument.MeterRegistry;

/** Starts what encodes users, within the node's limits. */
final class EncoderStarter implements ViewSwitcher.Starter {
  private static final int QUEUE_MAX = 1_024;
  private static final int BEHIND_MAX = 1 << 18;

  private final ServingLimits limits;
  private final MeterRegistry registry;

  EncoderStarter(ServingLimits limits, MeterRegistry registry) {
    this.limits = limits;
    this.registry = registry;
  }

  @Override
  public UserVectors start(ModelLoader.LoadedModel loaded) {
    return new UserVectors(
        loaded.encoder(),
        new UserVectors.Bounds(
            limits.encodeBatchMax(), QUEUE_MAX, BEHIND_MAX, limits.requestTimeoutMs()));
  }

  @Override
  public UserEncoding encoding(long viewId, VectorTable vectors, UserVectors users) {
    return new UserEncoding(viewId, vectors, users, registry);
  }
}
