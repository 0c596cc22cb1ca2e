package dev.headwater.serving.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.client.answers.Denial;
import dev.headwater.client.answers.Place;
import dev.headwater.events.Keys;
import dev.headwater.events.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes denials to topic {@code deny-list}: every node follows it, and reads it again at its
 * start. Thread-safe.
 */
public final class DenyList {
  private static final JsonMapper JSON = new JsonMapper();

  private final TopicWriter writer;
  private final Topics topics;

  /** Creates one. */
  public DenyList(TopicWriter writer, Topics topics) {
    this.writer = writer;
    this.topics = topics;
  }

  /** Denies an item; null allows it again. */
  public CompletableFuture<Place> write(String domain, String item, @Nullable Denial denial) {
    byte[] value = denial == null ? null : bytes(denial);
    return writer.append(topics.denyList(), Keys.of(domain, item), value);
  }

  private static byte[] bytes(Denial denial) {
    ObjectNode node = JSON.createObjectNode();
    node.put("why", denial.why()).put("who", denial.who()).put("time_ms", denial.timeMs());
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a denial.
   *
   * @throws IOException when the bytes are no JSON object
   */
  public static Denial read(byte[] value) throws IOException {
    JsonNode node = JSON.readTree(value);
    if (node == null || !node.isObject()) {
      throw new IOException("a denial is a JSON object");
    }
    return new Denial(
        node.path("why").asText(), node.path("who").asText(), node.path("time_ms").asLong());
  }
}
