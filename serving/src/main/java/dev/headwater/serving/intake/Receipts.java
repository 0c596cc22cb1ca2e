package dev.headwater.serving.intake;

import dev.headwater.client.answers.Place;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Topics;
import java.util.concurrent.CompletableFuture;

/** Writes to topic {@code deletion-receipts} what this node holds no longer. Thread-safe. */
public final class Receipts {
  private final TopicWriter writer;
  private final Topics topics;
  private final String node;

  /**
   * Creates one.
   *
   * @param node this node, by the name that it keeps over its starts: each answers for itself
   */
  public Receipts(TopicWriter writer, Topics topics, String node) {
    this.node = node;
    this.writer = writer;
    this.topics = topics;
  }

  /** Writes a receipt as this node's. */
  public CompletableFuture<Place> write(DeletionReceipt written) {
    DeletionReceipt receipt = written.ofNode(node);
    return writer.insist(topics.deletionReceipts(), receipt.key(), receipt.toJson());
  }

  /** Tells by a record's key whether it is a receipt of this node. */
  public boolean isOwn(String key) {
    return key.startsWith(DeletionReceipt.nodeKeys(DeletionReceipt.SERVING, node));
  }
}
