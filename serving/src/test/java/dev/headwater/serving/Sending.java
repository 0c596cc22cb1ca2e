package dev.headwater.serving;

import static org.awaitility.Awaitility.await;

import dev.headwater.client.answers.Place;
import dev.headwater.serving.intake.TopicWriter;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Writes as clients do: what was not acknowledged is sent again. */
public final class Sending {
  private Sending() {}

  /** The writer waits half a second for a topic that it has not heard of yet, and says so. */
  public static Place send(TopicWriter to, String topic, String key, byte @Nullable [] value) {
    return await()
        .ignoreException(CompletionException.class)
        .atMost(Duration.ofSeconds(20))
        .until(() -> to.append(topic, key, value).join(), place -> true);
  }
}
