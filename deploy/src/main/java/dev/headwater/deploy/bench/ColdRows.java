package dev.headwater.deploy.bench;

import dev.headwater.deploy.Main;
import dev.headwater.deploy.config.HeadwaterConfig;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.text.KnownTexts;
import dev.headwater.idp.text.MiniLmTextEncoder;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.coldstart.ColdStartJob;
import dev.headwater.jobs.replay.Replay;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gives a data set's items their cold rows through ColdStartJob, texts from the cache. */
public final class ColdRows {
  /** What the job's tasks, which run in this process, are handed: a job's own parts are copied. */
  private static final AtomicReference<@Nullable TextEncoder> KNOWN = new AtomicReference<>();

  private static final int BATCH = 32;

  private ColdRows() {}

  /** Publishes the accepted items and waits until the job has written every row. */
  public static void write(
      HeadwaterConfig config, DomainModel model, DomainData data, Consumer<String> says)
      throws Exception {
    long start = System.nanoTime();
    Path cache = Main.home().resolve("var/text");
    try (TextEncoder encoder = MiniLmTextEncoder.load()) {
      KNOWN.set(KnownTexts.of(data, encoder, cache));
      Replay replay = new Replay(config.kafka(), config.flink("cold-rows"), model);
      replay.writeItems(data);
      replay.coldStart(
          ColdStartJob.portsOnKafka("cold-rows", config.kafka(), any -> known()), BATCH);
    }
    says.accept(
        "%,d items have their cold rows after %.0f s"
            .formatted(data.items().size(), (System.nanoTime() - start) / 1e9));
  }

  private static TextEncoder known() {
    return Objects.requireNonNull(KNOWN.get());
  }
}
