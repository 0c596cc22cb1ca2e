package dev.headwater.serving.follow;

import dev.headwater.client.answers.Rejection;
import dev.headwater.events.DeadLetter;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.serving.state.Rejections;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes in {@code dead-letters}, as far as they are catalog items, for the item status. */
public final class RejectionsHandler implements TopicFollower.Handler {
  private final Topics topics;
  private final Rejections rejections;

  /** Creates one. */
  public RejectionsHandler(Topics topics, Rejections rejections) {
    this.topics = topics;
    this.rejections = rejections;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) {
    DeadLetter letter = DeadLetter.from(record.headers());
    String key = DeadLetter.receivedKey(record.headers());
    if (letter != null && isItem(letter) && !key.isEmpty()) {
      rejections.add(
          key, new Rejection(letter.reason().code(), letter.detail(), record.timestamp()));
    }
  }

  private boolean isItem(DeadLetter letter) {
    return letter.topic().equals(topics.catalog()) || letter.topic().equals(topics.acceptedItems());
  }
}
