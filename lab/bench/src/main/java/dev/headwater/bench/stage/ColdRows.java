package dev.headwater.bench.stage;

import dev.headwater.configuration.Home;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.text.KnownTexts;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.coldstart.ColdStartJob;
import dev.headwater.jobs.coldstart.TextEncoders;
import dev.headwater.jobs.replay.Replay;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.parts.Bundles;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gives a data set's items their cold rows through ColdStartJob, texts from the cache. */
public final class ColdRows {
  /** What the job's tasks, which run in this process, are handed: a job's own parts are copied. */
  private static final AtomicReference<@Nullable TextEncoder> KNOWN = new AtomicReference<>();

  /** Texts matched together where speed counts. */
  public static final int FAST = 32;

  /** One by one: equal to the last bit each time. */
  public static final int EXACT = 1;

  private ColdRows() {}

  /**
   * Publishes the accepted items and waits until the job has written every row.
   *
   * @param batchSize {@link #FAST} or {@link #EXACT}
   */
  public static void write(
      HeadwaterConfig config,
      DomainModel model,
      DomainData data,
      int batchSize,
      Consumer<String> says)
      throws Exception {
    long start = System.nanoTime();
    Path cache = Home.directory().resolve("var/text");
    try (TextEncoder encoder = Bundles.open(model.bundle()).newTextEncoder()) {
      KNOWN.set(KnownTexts.of(data, encoder, cache));
      Replay replay = new Replay(config.kafka(), config.flink(), model);
      replay.writeItems(data);
      replay.coldStart(
          ColdStartJob.portsOnKafka("cold-rows", config.kafka(), any -> known()), batchSize);
    }
    says.accept(
        "%,d items have their cold rows after %.0f s"
            .formatted(data.items().size(), (System.nanoTime() - start) / 1e9));
  }

  /** Returns encoders that look the data's texts up, for jobs of this process until it ends. */
  public static TextEncoders encoders(DomainModel model, DomainData data) throws Exception {
    TextEncoder encoder = Bundles.open(model.bundle()).newTextEncoder();
    KNOWN.set(KnownTexts.of(data, encoder, Home.directory().resolve("var/text")));
    return any -> known();
  }

  private static TextEncoder known() {
    return Objects.requireNonNull(KNOWN.get());
  }
}
