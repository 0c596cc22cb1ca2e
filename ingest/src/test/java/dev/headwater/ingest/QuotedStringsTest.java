package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class QuotedStringsTest {
  private static boolean holds(String bytes, String id) {
    return QuotedStrings.anyMatch(bytes.getBytes(StandardCharsets.UTF_8), id::equals);
  }

  @Test
  void findsAStringWhereverItStands() {
    assertThat(holds("{\"user\":\"ann\",\"item\":\"kite\"}", "ann")).isTrue();
    assertThat(holds("[[\"kite\"]", "kite")).isTrue();
    assertThat(holds("{\"user\":\"joanne\"}", "ann")).isFalse();
    assertThat(holds("{\"user\":ann}", "ann")).isFalse();
  }

  @Test
  void resolvesEscapes() {
    assertThat(holds("{\"user\":\"ren\\u00e9\"}", "rené")).isTrue();
    assertThat(holds("{\"user\":\"a\\/b\"}", "a/b")).isTrue();
    assertThat(holds("{\"user\":\"say \\\"hi\\\"\"}", "say \"hi\"")).isTrue();
    assertThat(holds("{\"user\":\"say \\\"hi\\\"\"}", "hi")).isFalse();
  }

  @Test
  void aQuoteTooManyHidesNothing() {
    assertThat(holds("{\"user\":\"x,\"other\":\"ann\"}", "ann")).isTrue();
    assertThat(holds("\"{\"user\":\"ann\"}", "ann")).isTrue();
  }

  @Test
  void takesWhatIsNoJsonAtAll() {
    assertThat(holds("\"", "ann")).isFalse();
    assertThat(holds("", "ann")).isFalse();
    assertThat(holds("\"bad \\q\"", "bad \\q")).isTrue();
    assertThat(holds("ends with \\", "ann")).isFalse();
  }
}
