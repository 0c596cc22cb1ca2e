package dev.headwater.idp.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.idp.expert.NearTextsCodec.Named;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NearTextsCodecTest {
  @Test
  void writesByNameAndReadsByNumber() {
    NearTexts near = new NearTexts(new int[] {4, 2}, new float[] {0.9f, 0.5f});
    Named named = NearTextsCodec.encode(near, item -> "i" + item);
    assertThat(named.names()).containsExactly("i4", "i2");
    NearTexts read = NearTextsCodec.decode(named, name -> 10 * (name.charAt(1) - '0'));
    assertThat(read.items()).containsExactly(40, 20);
    assertThat(read.cosines()).containsExactly(0.9f, 0.5f);
  }

  @Test
  void leavesOutWhatTheReaderDoesNotKnowAndPutsTheNearestFirst() {
    Named named = new Named(new String[] {"a", "b", "c"}, new float[] {0.1f, 0.9f, 0.5f});
    NearTexts read = NearTextsCodec.decode(named, name -> name.equals("b") ? -1 : name.charAt(0));
    assertThat(read.items()).containsExactly('c', 'a');
  }

  @Test
  void takesTheNearestUpToTheCapacity() {
    String[] names = new String[NearTexts.CAPACITY + 1];
    float[] cosines = new float[names.length];
    Arrays.setAll(names, i -> "i" + i);
    cosines[NearTexts.CAPACITY] = 1;
    NearTexts read =
        NearTextsCodec.decode(
            new Named(names, cosines), name -> Integer.parseInt(name.substring(1)));
    assertThat(read.size()).isEqualTo(NearTexts.CAPACITY);
    assertThat(read.items()[0]).isEqualTo(NearTexts.CAPACITY);
  }

  @Test
  void refusesWhatIsNoCosine() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 2}) {
      Named named = new Named(new String[] {"a"}, new float[] {bad});
      assertThatThrownBy(() -> NearTextsCodec.decode(named, name -> 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new Named(new String[] {"a"}, new float[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
