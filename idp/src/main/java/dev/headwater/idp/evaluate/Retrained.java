package dev.headwater.idp.evaluate;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.online.EmbeddingTable;
import dev.headwater.idp.online.Example;
import dev.headwater.idp.online.PrequentialRanker;
import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.train.Fit;
import dev.headwater.idp.train.TrainConfig;
import dev.headwater.idp.train.TrainingDomain;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The usual practice: now and then a few epochs over all events so far, from where it stood. */
final class Retrained implements AutoCloseable {
  private static final int EPOCHS = 3;

  private final int items;
  private final long seed;
  private @Nullable SequenceEncoder encoder;
  private @Nullable Rows rows;
  private @Nullable EmbeddingTable table;
  private @Nullable PrequentialRanker ranker;
  private float logitScale = 1;
  private boolean trained;

  Retrained(int items, long seed) {
    this.items = items;
    this.seed = seed;
  }

  /** Takes the fitted embeddings and the bundle's encoder as its start. */
  void startFrom(SourceBundle bundle, EmbeddingTable fitted) {
    SequenceEncoder own = bundle.newEncoder();
    Rows start = new Rows(own.dim(), items);
    EmbeddingTable served = new EmbeddingTable(own.dim(), items);
    for (int slot = 0; slot < items; slot++) {
      start.set(slot, fitted.get(slot));
      served.add(fitted.get(slot));
    }
    encoder = own;
    rows = start;
    table = served;
    ranker = new PrequentialRanker(own);
    logitScale = bundle.manifest().logitScale();
  }

  boolean isTrained() {
    return trained;
  }

  void train(List<int[]> sequences) {
    if (encoder == null || rows == null || table == null) {
      throw new IllegalStateException("there is no start yet");
    }
    TrainConfig config =
        TrainConfig.builder()
            .epochs(EPOCHS, 0)
            .dropout(0.2f)
            .negatives(512)
            .logitScale(logitScale, false)
            .seed(seed)
            .build();
    TrainingDomain domain = new TrainingDomain("so far", 0, items, sequences, List.of());
    new Fit(encoder, rows, items, config, progress -> {}).runAll(List.of(domain));
    for (int slot = 0; slot < items; slot++) {
      table.set(slot, rows.get(slot));
    }
    trained = true;
  }

  double[] ranks(List<Example> batch) {
    if (ranker == null || table == null) {
      throw new IllegalStateException("there is no start yet");
    }
    return ranker.ranks(batch, table);
  }

  @Override
  public void close() {
    if (encoder != null && rows != null && table != null && ranker != null) {
      ranker.close();
      rows.close();
      table.close();
      encoder.close();
    }
  }
}
