package dev.headwater.serving.intake;

import dev.headwater.client.answers.Place;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Topics;
import java.util.concurrent.CompletableFuture;

/** Writes to topic {@code deletion-receipts} that this node no longer knows a user. Thread-safe. */
public final class Receipts {
  private final TopicWriter writer;
  private final Topics topics;

  /** Creates one. */
  public Receipts(TopicWriter writer, Topics topics) {
    this.writer = writer;
    this.topics = topics;
  }

  /** Writes a receipt. */
  public CompletableFuture<Place> write(DeletionReceipt receipt) {
    return writer.append(topics.deletionReceipts(), receipt.key(), receipt.toJson());
  }
}
