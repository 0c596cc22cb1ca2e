package dev.headwater.idp.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ItemTextTest {
  @Test
  void titleBrandAndCategoriesAreJoinedInThisOrder() {
    assertEquals(
        "Lip balm. Acme. Beauty, Lips",
        ItemText.of(" Lip balm ", "Acme", List.of("Beauty", " Lips")));
  }

  @Test
  void blankPartsLeaveNoTrace() {
    assertEquals("Beauty", ItemText.of("", "  ", List.of("", "Beauty", " ")));
    assertEquals("Lip balm", ItemText.of("Lip balm", "", List.of()));
    assertEquals("", ItemText.of("", "", List.of()));
  }

  @Test
  void aLongTextIsCutButNeverThroughACharacter() {
    String title = "x".repeat(ItemText.MAX_CHARS - 1) + "\uD83D\uDE00";
    assertEquals(ItemText.MAX_CHARS - 1, ItemText.of(title, "", List.of()).length());
    assertEquals(ItemText.MAX_CHARS, ItemText.of("y".repeat(2000), "", List.of()).length());
  }

  @Test
  void onlyATextWithLettersOrDigitsIsUsable() {
    assertTrue(ItemText.isUsable("7"));
    assertTrue(ItemText.isUsable("- \u00e9"));
    assertFalse(ItemText.isUsable(""));
    assertFalse(ItemText.isUsable(" .. -- \uD83D\uDE00"));
  }
}
