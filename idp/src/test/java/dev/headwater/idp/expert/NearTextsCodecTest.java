package dev.headwater.idp.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.idp.expert.NearTextsCodec.Named;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NearTextsCodecTest {
  @Test
  void leavesOutWhatTheReaderDoesNotKnowAndPutsTheNearestFirst() {
    List<Named> named = List.of(new Named("a", 0.1f), new Named("b", 0.9f), new Named("c", 0.5f));
    NearTexts read = NearTextsCodec.decode(named, name -> name.equals("b") ? -1 : name.charAt(0));
    assertThat(read.items()).containsExactly('c', 'a');
    assertThat(read.cosines()).containsExactly(0.5f, 0.1f);
    assertThat(read.revision(0)).isEqualTo(NearTexts.ANY);
  }

  @Test
  void saysWhichTextOfWhichIncarnationWasCompared() {
    List<Named> named = List.of(new Named("a", 0.1f, 7, 9), new Named("b", 0.9f, 7, 7));
    NearTexts read =
        NearTextsCodec.decodeByIncarnation(
            named, (item, incarnation) -> 100 * (int) incarnation + item.charAt(0));
    assertThat(read.items()).containsExactly(700 + 'b', 700 + 'a');
    assertThat(read.revision(0)).isEqualTo(NearTexts.revisionOf(7));
    assertThat(read.revision(1)).isEqualTo(NearTexts.revisionOf(9));
    assertThat(NearTexts.isSame(read.revision(0), read.revision(1))).isFalse();
    assertThat(NearTexts.isSame(read.revision(0), NearTexts.ANY)).isTrue();
    assertThat(NearTexts.revisionOf(0)).as("the first record").isNotEqualTo(NearTexts.ANY);
  }

  @Test
  void takesTheNearestUpToTheCapacity() {
    List<Named> named = new ArrayList<>();
    for (int i = 0; i <= NearTexts.CAPACITY; i++) {
      named.add(new Named("i" + i, i == NearTexts.CAPACITY ? 1 : 0));
    }
    NearTexts read = NearTextsCodec.decode(named, name -> Integer.parseInt(name.substring(1)));
    assertThat(read.size()).isEqualTo(NearTexts.CAPACITY);
    assertThat(read.items()[0]).isEqualTo(NearTexts.CAPACITY);
  }

  @Test
  void refusesWhatIsNoCosine() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 2}) {
      List<Named> named = List.of(new Named("a", bad));
      assertThatThrownBy(() -> NearTextsCodec.decode(named, name -> 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
