package dev.headwater.jobs.rows;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.jobs.DomainModel;
import java.io.Serializable;

/**
 * Gives each attempt its epoch: higher than that of every attempt before it, without a clock and
 * without checkpointed state, which can be restored twice or lost.
 */
@FunctionalInterface
public interface Epochs extends Serializable {
  /** Claims an epoch; called once at an attempt's start. */
  long claim() throws Exception;

  /** The offset of a claim record in {@code embeddings.fine-tuned}. */
  static Epochs onKafka(KafkaSettings kafka, DomainModel model) {
    return new KafkaEpochs(kafka, model, kafka.topics().fineTunedRows());
  }

  /** The offset of a claim record in {@code embeddings.cold-start}. */
  static Epochs ofColdRows(KafkaSettings kafka, DomainModel model) {
    return new KafkaEpochs(kafka, model, kafka.topics().coldStartRows());
  }
}
