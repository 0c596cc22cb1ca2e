package dev.headwater.jobs.coldstart;

import dev.headwater.idp.cdim.TrainedItems;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.rows.RowsReader;
import java.time.Duration;

/** All that a subtask holds for one domain: its bundle, its rows as they stand, its row maker. */
final class DomainLine implements AutoCloseable {
  private final DomainModel model;
  private final TextEncoder encoder;
  private final TargetItems items;
  private final RowMaker maker;
  private final Surroundings.Following rows;

  DomainLine(
      String name,
      Surroundings around,
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
    RowsReader reader = new RowsReader(around.topics(), model, items);
    rows =
        around.followDomain(name + "-" + model.domain(), model.domain(), reader.topics(), reader);
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

  /** Waits until the rows that stood in the topics at the start are read. */
  void awaitCaughtUp(Duration atMost) throws InterruptedException {
    if (!rows.awaitCaughtUp(atMost)) {
      requireHealthy();
      throw new IllegalStateException("the embedding topics were not read within " + atMost);
    }
  }

  /** Throws what stopped the reader of its rows, if anything did. */
  void requireHealthy() {
    Exception failure = rows.failure();
    if (failure != null) {
      throw new IllegalStateException("the reader of the embedding topics stopped", failure);
    }
  }

  @Override
  public void close() {
    rows.close();
  }
}
