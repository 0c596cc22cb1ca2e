package dev.headwater.jobs.rows;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.jobs.DomainModel;

/** Claims in a topic of rows, each with a producer of its own. */
record KafkaEpochs(KafkaSettings kafka, DomainModel model, String topic) implements Epochs {
  @Override
  public long claim() throws Exception {
    try (RowClaims claims = new RowClaims(kafka)) {
      return claims.claim(topic, model);
    }
  }
}
