package dev.headwater.serving.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.Topics;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;

/** Writes to topic {@code deletion-receipts} that this node no longer knows a user. Thread-safe. */
public final class Receipts {
  private static final String HOP = "serving";
  private static final JsonMapper JSON = new JsonMapper();

  private final TopicWriter writer;
  private final Topics topics;

  /** Creates one. */
  public Receipts(TopicWriter writer, Topics topics) {
    this.writer = writer;
    this.topics = topics;
  }

  /**
   * Writes a receipt.
   *
   * @param key of the deletion
   * @param absentMs since when nothing is left here, Unix milliseconds
   */
  public CompletableFuture<TopicWriter.Place> write(String key, long absentMs) {
    ObjectNode node = JSON.createObjectNode();
    node.put("key", key).put("hop", HOP).put("absent_ms", absentMs);
    try {
      return writer.append(topics.deletionReceipts(), key, JSON.writeValueAsBytes(node));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
