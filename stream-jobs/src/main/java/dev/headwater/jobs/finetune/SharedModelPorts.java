package dev.headwater.jobs.finetune;

import dev.headwater.events.RowLog;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.idp.encoder.SharedEncoder;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.rows.Epochs;
import dev.headwater.jobs.rows.RowClaims;
import dev.headwater.jobs.rows.RowFeed;
import dev.headwater.jobs.rows.RowsFollower;
import dev.headwater.jobs.rows.RowsReader;
import dev.headwater.jobs.rows.SharedRows;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to bundles, for many domains: one reader of the embedding topics, one producer of
 * claims, and one encoder a bundle, however many domains work with it.
 */
record SharedModelPorts(KafkaSettings kafka, Bundles bundles)
    implements FineTuneJob.ModelPorts.Maker {
  /** Opens bundles; shipped to operators. */
  @FunctionalInterface
  interface Bundles extends Serializable {
    LearningModel open(DomainModel model) throws Exception;
  }

  /** Opens bundles where they lie, with encoders on a device. */
  static SharedModelPorts onKafka(KafkaSettings kafka, String device) {
    return new SharedModelPorts(kafka, model -> LearningModel.ofBundle(model, device).open());
  }

  @Override
  public FineTuneJob.ModelPorts of(DomainModel model) {
    return new FineTuneJob.ModelPorts(
        (name, listener) -> new RowsFollower(name, kafka, model, listener).start(),
        Epochs.onKafka(kafka, model),
        () -> bundles.open(model));
  }

  @Override
  public FineTuneJob.OpenPorts open(String name) {
    return new Open(name, kafka, bundles);
  }

  private static final class Open implements FineTuneJob.OpenPorts {
    private final KafkaSettings kafka;
    private final Bundles bundles;
    private final SharedRows rows;
    private final RowClaims claims;
    private final Map<Path, SharedEncoder> encoders = new HashMap<>();
    private final Map<Path, LearningModel> models = new HashMap<>();

    Open(String name, KafkaSettings kafka, Bundles bundles) {
      this.kafka = kafka;
      this.bundles = bundles;
      rows = new SharedRows(name, kafka, new RowLog(kafka.topics()).topics());
      claims = new RowClaims(kafka);
    }

    @Override
    public FineTuneJob.ModelPorts of(DomainModel model) {
      return new FineTuneJob.ModelPorts(
          (name, listener) -> new Feed(follow(model, listener)),
          () -> claims.claim(kafka.topics().fineTunedRows(), model),
          () -> open(model));
    }

    private SharedRows.Reading follow(DomainModel model, RowsFollower.Listener listener) {
      return rows.follow(model.domain(), new RowsReader(kafka.topics(), model, listener));
    }

    /** A bundle that no domain learns with any more is read again if one comes back to it. */
    private synchronized LearningModel open(DomainModel model) throws Exception {
      Path bundle = model.bundle();
      encoders.values().removeIf(SharedEncoder::isClosed);
      models.keySet().retainAll(encoders.keySet());
      LearningModel known = models.get(bundle);
      if (known != null) {
        return known;
      }
      LearningModel read = bundles.open(model);
      SharedEncoder shared = new SharedEncoder(read.encoders());
      LearningModel sharing =
          new LearningModel(read.encoderId(), read.dim(), read.logitScale(), shared::lend);
      encoders.put(bundle, shared);
      models.put(bundle, sharing);
      return sharing;
    }

    @Override
    public void close() {
      rows.close();
      claims.close();
    }
  }

  private record Feed(SharedRows.Reading reading) implements RowFeed {
    @Override
    public boolean isCaughtUp() {
      requireHealthy();
      return reading.isCaughtUp();
    }

    @Override
    public boolean isLevel() {
      return reading.isLevel();
    }

    @Override
    public void requireHealthy() {
      @Nullable Exception failure = reading.failure();
      if (failure != null) {
        throw new IllegalStateException("the reader of the embedding topics stopped", failure);
      }
    }

    @Override
    public void close() {
      reading.close();
    }
  }
}
