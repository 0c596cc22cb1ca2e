package dev.headwater.jobs.coldstart;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.idp.bundle.BundleException;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.rows.RowsFollower;

/** All that a subtask holds for one domain: its bundle, its rows as they stand, its row maker. */
final class DomainLine implements AutoCloseable {
  private final DomainModel model;
  private final TargetItems items;
  private final RowMaker maker;
  private final RowsFollower follower;

  DomainLine(
      String name, KafkaSettings kafka, DomainModel model, ColdStartConfig config, int textDim)
      throws BundleException {
    this.model = model;
    SourceBundle bundle = SourceBundle.open(model.bundle());
    BundleManifest manifest = bundle.manifest();
    if (manifest.textDim() != textDim) {
      throw new IllegalArgumentException(
          "bundle %s was made with text vectors of %d values (%s), the text encoder gives %d"
              .formatted(model.bundleId(), manifest.textDim(), manifest.textEncoderId(), textDim));
    }
    items =
        new TargetItems(
            model.domain(),
            config.trainedInteractions(),
            new ItemPool(manifest.textDim(), manifest.dim()));
    maker = new RowMaker(model, bundle, items, config.warmRows());
    follower = new RowsFollower(name + "-" + model.domain(), kafka, model, items).start();
  }

  DomainModel model() {
    return model;
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
