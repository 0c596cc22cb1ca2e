package dev.headwater.idp.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.Checksums;
import dev.headwater.idp.data.DataException;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.text.TextEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
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
  void thePapersFormSwapsNoRowsAndKeepsEveryDimensionForTheItem() throws Exception {
    List<DomainData> sources = List.of(domain("a", 12), domain("b", 9));
    BundleManifest ours = run(sources, new ArrayList<>());
    BundleManifest paper =
        new Pretrainer()
            .run(config(2).paper(), sources, folder.resolve("paper"), ProgressListener.silent());
    assertThat(ours.bias()).isNotNull();
    assertThat(paper.bias()).isNull();
    assertThat(paper.config()).containsEntry("swap", "null");
    assertThat(paper.config().get("train")).contains("loss=BCE", "average=0.0");
    int unused = Objects.requireNonNull(ours.bias()).dimension();
    assertThat(SourceBundle.open(folder.resolve("out")).items())
        .allMatch(item -> item.embedding()[unused] == 0);
    assertThat(SourceBundle.open(folder.resolve("paper")).items())
        .noneMatch(item -> item.embedding()[unused] == 0);
  }

  @Test
  void rowsThatStartFromTextsSayHowTheyFollowThem() throws Exception {
    List<DomainData> sources = List.of(domain("a", 12), domain("b", 9));
    run(sources, new ArrayList<>());
    Path texts = folder.resolve("texts");
    new Pretrainer()
        .run(
            config(2).toBuilder().start(PretrainConfig.Start.TEXTS).build(),
            sources,
            texts,
            ProgressListener.silent());
    SourceBundle random = SourceBundle.open(folder.resolve("out"));
    assertThat(random.isSloped()).isFalse();
    assertThat(random.textSlope().weights()).isEmpty();
    SourceBundle sloped = SourceBundle.open(texts);
    assertThat(sloped.isSloped()).isTrue();
    assertThat(sloped.textSlope().weights())
        .hasSize(sloped.manifest().textDim() * sloped.manifest().dim());
    assertThat(sloped.manifest().config()).containsEntry("start", "TEXTS");
    assertThat(sloped.items().get(0).embedding()).isNotEqualTo(random.items().get(0).embedding());
  }

  @Test
  void sameSeedGivesTheSameBytes() throws IOException {
    run(List.of(domain("a", 12)), new ArrayList<>());
    Map<String, String> first = files(folder.resolve("out"));
    run(List.of(domain("a", 12)), new ArrayList<>());
    assertThat(files(folder.resolve("out"))).isEqualTo(first).containsKey("manifest.json");
  }

  @Test
  void aRunThatWasCutOffGoesOnToTheSameBundle() throws IOException {
    List<DomainData> sources = List.of(domain("a", 12), domain("b", 9));
    PretrainConfig config = config(4);
    new Pretrainer().run(config, sources, folder.resolve("whole"), ProgressListener.silent());
    Path cut = folder.resolve("cut");
    ProgressListener stopInThird =
        progress -> {
          if (progress.epoch() == 3) {
            throw new IllegalStateException("pulled the plug");
          }
        };
    assertThatThrownBy(() -> new Pretrainer().run(config, sources, cut, stopInThird))
        .hasMessage("pulled the plug");
    assertThat(cut).doesNotExist();
    List<Integer> epochs = new ArrayList<>();
    new Pretrainer()
        .run(config.toBuilder().resume(true).build(), sources, cut, p -> epochs.add(p.epoch()));
    assertThat(epochs).doesNotContain(1, 2).contains(3, 4);
    assertThat(files(cut)).isEqualTo(files(folder.resolve("whole")));
    assertThat(folder.resolve("cut.checkpoint")).doesNotExist();
  }

  @Test
  void aCheckpointOfAnotherRunIsRefusedWithItsReason() {
    ProgressListener stop =
        progress -> {
          if (progress.epoch() == 2) {
            throw new IllegalStateException("pulled the plug");
          }
        };
    Path out = folder.resolve("out");
    List<DomainData> sources = List.of(domain("a", 12));
    assertThatThrownBy(() -> new Pretrainer().run(config(3), sources, out, stop));
    assertThatThrownBy(
            () ->
                new Pretrainer()
                    .run(
                        config(3).toBuilder().resume(true).build(),
                        List.of(domain("b", 12)),
                        out,
                        p -> {}))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("another training");
  }

  @Test
  void doesNotWriteOverWhatIsNoBundle() throws IOException {
    Path mine = Files.writeString(folder.resolve("notes.txt"), "mine");
    assertThatThrownBy(
            () ->
                new Pretrainer()
                    .run(config(1), List.of(domain("a", 12)), folder, ProgressListener.silent()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is no bundle");
    assertThat(mine).hasContent("mine");
  }

  @Test
  void anUnknownEncoderIsRefusedBeforeTextsAreEncoded() {
    List<ProgressListener.Progress> heard = new ArrayList<>();
    PretrainConfig config = config(1).toBuilder().encoderKind("lstm").build();
    assertThatThrownBy(
            () ->
                new Pretrainer()
                    .run(config, List.of(domain("a", 12)), folder.resolve("out"), heard::add))
        .hasMessageContaining("no encoder is called lstm")
        .hasMessageContaining("bert4rec");
    assertThat(heard).isEmpty();
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
    return new Pretrainer().run(config(2), sources, folder.resolve("out"), heard::add);
  }

  private static PretrainConfig config(int epochs) {
    PretrainConfig config = PretrainConfig.defaults(new LengthEncoder());
    return config.toBuilder().train(config.train().toBuilder().epochs(epochs, 0).build()).build();
  }

  private static Map<String, String> files(Path directory) throws IOException {
    Map<String, String> sums = new TreeMap<>();
    try (Stream<Path> inside = Files.list(directory)) {
      for (Path file : inside.toList()) {
        sums.put(file.getFileName().toString(), Checksums.sha256(file));
      }
    }
    return sums;
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
