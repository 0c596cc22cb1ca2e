package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.wire.AcceptedItem;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AcceptedItemsTest {
  private static final IngestConfig.Limits LIMITS = IngestConfig.Settings.of(Map.of()).limits();

  @Test
  void cutsWhatIsTooLongAndNeverThroughAPair() {
    assertThat(AcceptedItems.cut("abc", 3)).isEqualTo("abc");
    assertThat(AcceptedItems.cut("abc", 2)).isEqualTo("ab");
    assertThat(AcceptedItems.cut("a🪁", 2)).isEqualTo("a");
    assertThat(AcceptedItems.cut("🪁", 0)).isEmpty();
  }

  @Test
  void theLargestItemFitsWellIntoARecord() {
    String huge = "凧".repeat(400_000);
    AcceptedItem item =
        AcceptedItems.cut(
                new CatalogItem(
                    "toys", "i", huge, huge, Collections.nCopies(500, huge), huge, Map.of(), true),
                LIMITS)
            .build();
    assertThat(item.getSerializedSize()).isLessThan(200_000);
    assertThat(item.getText()).hasSize(LIMITS.textChars());
    assertThat(item.getCategoriesCount()).isEqualTo(LIMITS.categories());
  }

  @Test
  void theHashIsThatOfTheEncodedTextOnly() {
    long hash = hash("Kite", "Sky", List.of("a", "b"), "text", true);
    assertThat(hash("Kite", "Sky", List.of("a", "b"), "other", false)).isEqualTo(hash);
    assertThat(hash("Kites", "Sky", List.of("a", "b"), "text", true)).isNotEqualTo(hash);
    assertThat(hash("KiteSky", "", List.of("a", "b"), "text", true)).isNotEqualTo(hash);
    assertThat(hash("Kite", "Sky", List.of("b", "a"), "text", true)).isNotEqualTo(hash);
    assertThat(hash("Kite", "Sky", List.of("ab"), "text", true)).isNotEqualTo(hash);
  }

  @Test
  void theHashNeverChangesFromReleaseToRelease() {
    assertThat(new Hash64().add("Kite").add("Sky").value()).isEqualTo(0xa9b3517e03502d99L);
  }

  private static long hash(
      String title, String brand, List<String> categories, String text, boolean available) {
    CatalogItem item =
        new CatalogItem("toys", "i", title, brand, categories, text, Map.of(), available);
    return AcceptedItems.cut(item, LIMITS).getTextHash();
  }
}
