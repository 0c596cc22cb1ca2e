package dev.headwater.idp.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DomainDataTest {
  private static final String ITEMS =
      "item\ttitle\tbrand\tcategories\na\tTrain\tAcme\tToys, Trains\nb\tB\t\t\n";
  private static final String EVENTS = "user\titem\ttimestamp\nu\ta\t0\nu\tb\t1\n";

  @TempDir Path folder;

  @Test
  void readsItemsAndEvents() throws IOException {
    DomainData data = load(ITEMS, EVENTS);
    assertThat(data.items())
        .containsExactly(
            new Item("a", "Train", "Acme", List.of("Toys", "Trains")),
            new Item("b", "B", "", List.of()));
    assertThat(data.events()).containsExactly(new Event("u", "a", 0), new Event("u", "b", 1));
    assertThat(data.realTime()).isFalse();
  }

  @Test
  void refusesAnEmptyDomain() {
    assertFails(ITEMS, "user\titem\ttimestamp\n", "empty");
  }

  @Test
  void refusesAnItemThatTheCatalogLacks() {
    assertFails(ITEMS, EVENTS + "u\tc\t2\n", "interactions.tsv.gz:4: item c is not in");
  }

  @Test
  void refusesAnItemTwice() {
    assertFails(ITEMS + "a\tagain\t\t\n", EVENTS, "items.tsv.gz:4: item a stands twice");
  }

  @Test
  void refusesBadTimestampsColumnsAndHeaders() {
    assertFails(ITEMS, EVENTS + "u\ta\tsoon\n", "not a whole number");
    assertFails(ITEMS, EVENTS + "u\ta\t-1\n", "negative");
    assertFails(ITEMS, EVENTS + "u\ta\n", "expected 3 tab-separated fields");
    assertFails("id\n", EVENTS, "the header must read");
  }

  @Test
  void refusesEventsThatAreNotByUserThenTime() {
    assertFails(
        ITEMS,
        EVENTS + "v\ta\t5\nv\tb\t4\n",
        "interactions.tsv.gz:5: an event of user v at 4 stands behind one at 5; sort the file");
    assertFails(
        ITEMS,
        EVENTS + "v\ta\t5\nu\tb\t6\n",
        "interactions.tsv.gz:5: events of user u stand apart; sort the file");
  }

  @Test
  void refusesATruncatedFile() throws IOException {
    write("items.tsv.gz", gzip(ITEMS));
    byte[] whole = gzip(EVENTS + "u\ta\t2\n".repeat(200));
    write("interactions.tsv.gz", Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> DomainData.load(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("interactions.tsv.gz: damaged or truncated");
  }

  @Test
  void refusesAFileWithAFlippedByte() throws IOException {
    write("items.tsv.gz", gzip(ITEMS));
    byte[] bytes = gzip(EVENTS);
    bytes[bytes.length - 8] ^= 1; // of the checksum
    write("interactions.tsv.gz", bytes);
    assertThatThrownBy(() -> DomainData.load(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("interactions.tsv.gz: damaged");
  }

  @Test
  void refusesAnEmptyFileAndACatalogOfNothing() throws IOException {
    write("items.tsv.gz", new byte[0]);
    assertThatThrownBy(() -> DomainData.load(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("items.tsv.gz");
    assertFails("item\ttitle\tbrand\tcategories\n", "user\titem\ttimestamp\n", "empty");
  }

  @Test
  void refusesWhatIsNotGzipOrNotThere() throws IOException {
    assertThatThrownBy(() -> DomainData.load(folder)).hasMessageContaining("no such file");
    write("items.tsv.gz", "plain".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> DomainData.load(folder)).hasMessageContaining("damaged");
  }

  private void assertFails(String items, String events, String message) {
    assertThatThrownBy(() -> load(items, events))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
  }

  private DomainData load(String items, String events) throws IOException {
    write("items.tsv.gz", gzip(items));
    write("interactions.tsv.gz", gzip(events));
    return DomainData.load(folder);
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
