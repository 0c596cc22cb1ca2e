package dev.headwater.idp.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequencesTest {
  private static final List<Item> ITEMS = List.of(item("x"), item("y"), item("z"));

  @Test
  void aUserIsOneSequenceOfItemNumbersInTheOrderOfEvents() {
    Sequences found = Sequences.of(data("u:y,u:x,u:z,v:z,v:z,v:y"));
    assertThat(found.itemCount()).isEqualTo(3);
    assertThat(found.users()).containsExactly("u", "v");
    assertThat(found.sequences().get(0)).containsExactly(1, 0, 2);
    assertThat(found.sequences().get(1)).containsExactly(2, 2, 1);
  }

  @Test
  void usersWithFewerEventsThanAskedAreLeftOut() {
    DomainData data = data("u:y,u:x,v:z,v:x,v:y");
    assertThat(Sequences.of(data).users()).containsExactly("v");
    assertThat(Sequences.of(data, 1).users()).containsExactly("u", "v");
    assertThat(Sequences.of(data, 4).users()).isEmpty();
  }

  @Test
  void theLastEventsAreTakenAway() {
    Sequences found = Sequences.of(data("u:y,u:x,v:z,v:x,v:y"), 1);
    List<int[]> kept = found.withoutLast(2);
    assertThat(kept).hasSize(1);
    assertThat(kept.get(0)).containsExactly(2);
    assertThat(found.sequences().get(1)).as("left alone").containsExactly(2, 0, 1);
  }

  @Test
  void refusesAnEventOfAnItemThatTheCatalogLacks() {
    assertThatThrownBy(() -> Sequences.of(data("u:x,u:q,u:y")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("item q");
  }

  @Test
  void aFingerprintIsOfTheContentAndNotOfTheName() {
    String print = Fingerprint.of(data("u:x"));
    assertThat(print).matches("[0-9a-f]{16}");
    assertThat(Fingerprint.of(new DomainData("other", ITEMS, data("u:x").events(), false)))
        .isEqualTo(print);
    assertThat(Fingerprint.of(data("u:y"))).isNotEqualTo(print);
    assertThat(Fingerprint.of(data("u:x,u:x"))).isNotEqualTo(print);
    List<Item> renamed = List.of(new Item("x", "other", "", List.of()), item("y"), item("z"));
    assertThat(Fingerprint.of(new DomainData("d", renamed, data("u:x").events(), false)))
        .isNotEqualTo(print);
    List<Item> categorised =
        List.of(new Item("x", "title x", "", List.of("c")), item("y"), item("z"));
    assertThat(Fingerprint.of(new DomainData("d", categorised, data("u:x").events(), false)))
        .isNotEqualTo(print);
  }

  @Test
  void theOrderOfEventsIsPartOfTheContent() {
    assertThat(Fingerprint.of(data("u:x,u:y"))).isNotEqualTo(Fingerprint.of(data("u:y,u:x")));
  }

  @Test
  void checksumsAreThoseOfTheStandard(@TempDir Path folder) throws IOException {
    String abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assertThat(Checksums.sha256("abc")).isEqualTo(abc);
    Path file = folder.resolve("f");
    Files.writeString(file, "abc");
    assertThat(Checksums.sha256(file)).isEqualTo(abc);
    Files.write(file, new byte[200_000]);
    String zeros = Checksums.sha256(file);
    byte[] changed = new byte[200_000];
    changed[199_999] = 1;
    Files.write(file, changed);
    assertThat(Checksums.sha256(file)).isNotEqualTo(zeros);
  }

  private static Item item(String id) {
    return new Item(id, "title " + id, "", List.of());
  }

  private static DomainData data(String events) {
    List<Event> all = new ArrayList<>();
    for (String event : events.split(",", -1)) {
      int colon = event.indexOf(':');
      all.add(new Event(event.substring(0, colon), event.substring(colon + 1), all.size()));
    }
    return new DomainData("d", ITEMS, all, false);
  }
}
