package dev.headwater.idp.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextVectorsTest {
  private static final DomainData DATA = data("Kite", "...", "Desk lamp");

  @TempDir private Path folder;
  private final Counting encoder = new Counting("counting");

  @Test
  void encodesTheWordsOfEveryItemAndLeavesZerosWhereThereAreNone() {
    float[][] vectors = TextVectors.of(DATA, encoder, null);
    assertThat(vectors[0]).containsExactly(4, 1);
    assertThat(vectors[1]).containsExactly(0, 0);
    assertThat(vectors[2]).containsExactly(9, 1);
  }

  @Test
  void whatWasEncodedOnceIsReadFromTheCache() {
    float[][] first = TextVectors.of(DATA, encoder, folder.resolve("cache"));
    int texts = encoder.texts;
    float[][] second = TextVectors.of(DATA, encoder, folder.resolve("cache"));
    assertThat(second).isDeepEqualTo(first);
    assertThat(encoder.texts).isEqualTo(texts);
  }

  @Test
  void anotherEncoderAndOtherDataHaveTheirOwnCache() throws IOException {
    TextVectors.of(DATA, encoder, folder);
    Counting other = new Counting("other");
    TextVectors.of(DATA, other, folder);
    TextVectors.of(data("Kite", "Rope"), encoder, folder);
    assertThat(other.texts).isEqualTo(3);
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(3).allMatch(f -> f.toString().endsWith(".bin"));
    }
  }

  @Test
  void aCacheThatEndsEarlyIsAnErrorThatNamesIt() throws IOException {
    TextVectors.of(DATA, encoder, folder);
    Path file;
    try (var files = Files.list(folder)) {
      file = files.findFirst().orElseThrow();
    }
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 5));
    assertThatThrownBy(() -> TextVectors.of(DATA, encoder, folder))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void tellsHowManyAreDone() {
    String[] titles = new String[1_100];
    Arrays.fill(titles, "Kite");
    List<Integer> told = new ArrayList<>();
    TextVectors.of(data(titles), encoder, null, told::add);
    assertThat(told).containsExactly(512, 1_024, 1_100);
  }

  @Test
  void knownTextsAskTheOtherForTheRestAlone() {
    KnownTexts known = KnownTexts.of(DATA, encoder, folder);
    int before = encoder.texts;
    float[][] found = known.encode(List.of("Desk lamp", "Rope", "Kite"));
    assertThat(encoder.texts).isEqualTo(before + 1);
    assertThat(found[0]).containsExactly(9, 1);
    assertThat(found[1]).containsExactly(4, 1);
    assertThat(known.id()).isEqualTo("counting");
    assertThat(known.dim()).isEqualTo(2);
    found[0][0] = 99;
    assertThat(known.encode(List.of("Desk lamp"))[0]).containsExactly(9, 1);
  }

  private static DomainData data(String... titles) {
    List<Item> items = new ArrayList<>();
    for (String title : titles) {
      items.add(new Item("i" + items.size(), title, "", List.of()));
    }
    return new DomainData("d", items, List.of(new Event("u", "i0", 1)), false);
  }

  /** Length of a text, and how many texts it was asked for. */
  private static final class Counting implements TextEncoder {
    private final String id;
    private int texts;

    Counting(String id) {
      this.id = id;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public int dim() {
      return 2;
    }

    @Override
    public float[][] encode(List<String> some) {
      texts += some.size();
      return some.stream().map(t -> new float[] {t.length(), 1}).toArray(float[][]::new);
    }

    @Override
    public void close() {}
  }
}
