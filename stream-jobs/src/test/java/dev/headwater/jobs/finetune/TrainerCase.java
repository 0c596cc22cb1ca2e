package dev.headwater.jobs.finetune;

import dev.headwater.jobs.finetune.Trainer.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Twelve items in topics of lists, and trainers that start over them, one after the other. */
abstract class TrainerCase {
  final TrainerTopics topics = new TrainerTopics();
  long nowMs = 1_000;
  final List<Trainer> started = new ArrayList<>();

  @BeforeEach
  final void rows() {
    for (int i = 0; i < 12; i++) {
      topics.cold("i" + i, 1, 1, SmallModel.vector(i));
    }
  }

  @AfterEach
  final void close() {
    started.forEach(Trainer::close);
  }

  final Trainer start(Checkpoint from) {
    nowMs += 100_000;
    Trainer trainer = new Trainer(topics, from, nowMs);
    started.add(trainer);
    return trainer;
  }
}
