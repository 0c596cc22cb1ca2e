package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.events.Vectors;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.bundle.BundleContent;
import dev.headwater.idp.bundle.BundleContent.SourceItem;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.BundleWriter;
import dev.headwater.idp.bundle.Precision;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.CdimConfig;
import dev.headwater.idp.cdim.TrainedItems;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.idp.text.TextModel;
import dev.headwater.jobs.DomainModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ColdStartJob takes from a bundle is what others take from it. */
class MatchingModelTest {
  private static final EncoderConfig SIZE = new EncoderConfig(4, 6, 1, 2, false);
  private static final float[] WANTED = {0.6f, 0.8f};

  @TempDir private Path bundles;

  @Test
  void aRowBeginsAsTheBundleItselfBeginsIt() throws Exception {
    float[] plain = written("plain", false);
    float[] sloped = written("sloped", true);
    assertThat(sloped).as("follows its own text").isNotEqualTo(plain);
  }

  /** Writes a bundle whose rows follow their texts, and returns the row of an item. */
  private float[] written(String id, boolean isSloped) throws Exception {
    try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1))) {
      BundleContent content =
          new BundleContent(
              encoder,
              SIZE,
              TextModel.miniLm().tuned("text", Map.of()),
              1,
              items(),
              List.of(new BundleManifest.Source("src", 8, 8, "f")),
              Map.of(),
              Map.of(),
              isSloped,
              Precision.FP32);
      BundleWriter.write(bundles.resolve(id), content, false);
    }
    DomainModel model = new DomainModel("shop", bundles.toString(), id);
    TargetItems target = new TargetItems(1, new TrainedItems("shop", 2, 4), new TextPool(2));
    AcceptedItem item = AcceptedItem.newBuilder().setDomain("shop").setItem("new").build();
    EmbeddingRow[] rows =
        new RowMaker(model, MatchingModel.ofBundle(model), target, 2, 7)
            .make(List.of(item), new float[][] {WANTED}, 1);
    float[] made = Vectors.unpack(rows[0].getVector());
    SourceBundle bundle = SourceBundle.open(bundles.resolve(id));
    assertThat(bundle.isSloped()).isEqualTo(isSloped);
    assertThat(made)
        .containsExactly(
            bundle.coldStart(CdimConfig.defaults()).make(new float[][] {WANTED}).get(0).vector(),
            within(1e-3f));
    return made;
  }

  private static List<SourceItem> items() {
    List<SourceItem> items = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      float x = (float) Math.cos(i);
      float y = (float) Math.sin(i);
      items.add(
          new SourceItem("src", "i" + i, new float[] {x, y}, new float[] {x, y, x + y, x - y}));
    }
    return items;
  }
}
