package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ClicksReadTest {
  private static final byte[] COUNTS = {1, 2, 3};

  @Test
  void allComesBack() {
    byte[] bytes = new ClicksRead(1, 2, 3, 4, COUNTS).encode();
    assertThat(ClicksRead.isOne(bytes)).isTrue();
    ClicksRead read = ClicksRead.decode(bytes);
    assertThat(read).usingRecursiveComparison().isEqualTo(new ClicksRead(1, 2, 3, 4, COUNTS));
  }

  @Test
  void whatStateFormat9WroteHasNoNumber() {
    byte[] bytes =
        ByteBuffer.allocate(28)
            .put((byte) 'C')
            .putLong(1)
            .putLong(2)
            .putLong(3)
            .put(COUNTS)
            .array();
    assertThat(ClicksRead.isOne(bytes)).isTrue();
    assertThat(ClicksRead.decode(bytes))
        .usingRecursiveComparison()
        .isEqualTo(new ClicksRead(1, 2, 3, -1, COUNTS));
  }

  @Test
  void whatStateFormat8WroteHasCountsNeither() {
    byte[] bytes = ByteBuffer.allocate(17).put((byte) 'c').putLong(1).putLong(3).array();
    assertThat(ClicksRead.isOne(bytes)).isTrue();
    assertThat(ClicksRead.decode(bytes))
        .usingRecursiveComparison()
        .isEqualTo(new ClicksRead(1, 0, 3));
  }

  @Test
  void ofOneIncarnationWhatWasReadAndWhatWasCountedAreOne() {
    ClicksRead read = new ClicksRead(1, 2, 3);
    ClicksRead counted = new ClicksRead(1, 0, 0, 4, COUNTS);
    assertThat(read.with(counted))
        .usingRecursiveComparison()
        .isEqualTo(new ClicksRead(1, 2, 3, 4, COUNTS));
    assertThat(read.with(new ClicksRead(2, 5, 1))).isEqualTo(new ClicksRead(2, 5, 1));
  }
}
