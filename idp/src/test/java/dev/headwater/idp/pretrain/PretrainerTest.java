package dev.headwater.idp.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DataException;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.text.TextEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainerTest {
  @TempDir private Path folder;

  @Test
  void writesABundleOfAllTrainedItemsWithWords() throws Exception {
    List<ProgressListener.Progress> heard = new ArrayList<>();
    BundleManifest manifest = run(List.of(domain("a", 12), domain("b", 9)), heard);
    assertThat(manifest.sources()).extracting(BundleManifest.Source::domain).contains("a", "b");
    assertThat(manifest.metrics()).containsKeys("a.hr10", "a.ndcg10", "b.hr10", "b.ndcg10");
    assertThat(manifest.meanNorm()).isPositive();
    SourceBundle bundle = SourceBundle.open(folder.resolve("out"));
    assertThat(bundle.sourcePool().size()).isEqualTo(manifest.items()).isEqualTo(12 + 9 - 2);
    assertThat(heard).extracting(ProgressListener.Progress::phase).contains("pre-train");
    assertThat(heard.get(heard.size() - 1).fraction()).isEqualTo(1);
  }

  @Test
  void sameSeedGivesTheSameBundle() {
    String first = run(List.of(domain("a", 12)), new ArrayList<>()).bundleId();
    assertThat(run(List.of(domain("a", 12)), new ArrayList<>()).bundleId()).isEqualTo(first);
  }

  @Test
  void refusesSourcesThatCannotTeach() {
    DomainData short2 =
        new DomainData(
            "short",
            List.of(new Item("i", "thing", "", List.of())),
            List.of(new Event("u", "i", 1), new Event("u", "i", 2)),
            false);
    assertThatThrownBy(() -> run(List.of(), new ArrayList<>())).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> run(List.of(short2), new ArrayList<>()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("short has no user with 3 events");
    assertThatThrownBy(() -> run(List.of(domain("a", 9), domain("a", 9)), new ArrayList<>()))
        .hasMessageContaining("two sources");
  }

  private BundleManifest run(List<DomainData> sources, List<ProgressListener.Progress> heard) {
    PretrainConfig config = PretrainConfig.defaults(new LengthEncoder());
    config = config.withTrain(config.train().toBuilder().epochs(2, 0).build());
    return new Pretrainer().run(config, sources, folder.resolve("out"), heard::add);
  }

  /** One item has no words; all but that one are trained. */
  private static DomainData domain(String name, int items) {
    List<Item> catalog = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      catalog.add(new Item("i" + i, i == 0 ? "" : "thing number " + i, "", List.of()));
    }
    List<Event> events = new ArrayList<>();
    for (int u = 0; u < 30; u++) {
      for (int k = 0; k < 5; k++) {
        events.add(new Event("u" + u, "i" + (u + k) % items, k));
      }
    }
    return new DomainData(name, catalog, events, false);
  }

  /** A vector that says how long a text is. */
  private static final class LengthEncoder implements TextEncoder {
    @Override
    public String id() {
      return "length";
    }

    @Override
    public int dim() {
      return 2;
    }

    @Override
    public float[][] encode(List<String> texts) {
      return texts.stream()
          .map(t -> new float[] {(float) Math.cos(t.length()), (float) Math.sin(t.length())})
          .toArray(float[][]::new);
    }

    @Override
    public void close() {}
  }
}
