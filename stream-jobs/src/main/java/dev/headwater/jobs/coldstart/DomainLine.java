package dev.headwater.jobs.coldstart;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.idp.cdim.TrainedItems;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.rows.RowsFollower;

/** All that a subtask holds for one domain: its bundle, its rows as they stand, its row maker. */
final class DomainLine implements AutoCloseable {
  private final DomainModel model;
  private final TextEncoder encoder;
  private final TargetItems items;
  private final RowMaker maker;
  private final RowsFollower follower;

  DomainLine(
      String name,
      KafkaSettings kafka,
      DomainModel model,
      ColdStartConfig config,
      MatchingModel matching,
      TextEncoder encoder,
      long epoch) {
    this.model = model;
    this.encoder = encoder;
    TrainedItems trained = new TrainedItems(model.domain(), matching.textDim(), matching.dim());
    items =
        new TargetItems(
            config.settings().trainedInteractions(), trained, new TextPool(matching.textDim()));
    maker = new RowMaker(model, matching, items, config.settings().warmRows(), epoch);
    follower = new RowsFollower(name + "-" + model.domain(), kafka, model, items).start();
  }

  DomainModel model() {
    return model;
  }

  /** Returns the encoder of the bundle's texts, which others close. */
  TextEncoder encoder() {
    return encoder;
  }

  TargetItems items() {
    return items;
  }

  RowMaker maker() {
    return maker;
  }

  RowsFollower follower() {
    return follower;
  }

  @Override
  public void close() {
    follower.close();
  }
}
