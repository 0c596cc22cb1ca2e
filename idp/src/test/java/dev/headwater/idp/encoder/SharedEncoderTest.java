package dev.headwater.idp.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedEncoderTest {
  private final AtomicInteger made = new AtomicInteger();
  private final SharedEncoder shared =
      new SharedEncoder(
          () -> {
            made.incrementAndGet();
            return new SasRec(new EncoderConfig(8, 4, 1, 2, false), new SplittableRandom(1));
          });

  @Test
  void isOneForAllUntilTheLastHasGivenItBack() {
    SequenceEncoder one = shared.lend();
    SequenceEncoder other = shared.lend();
    assertThat(one).isSameAs(other);
    one.close();
    assertThat(other.dim()).isEqualTo(8);
    assertThat(shared.isClosed()).isFalse();
    other.close();
    assertThat(shared.isClosed()).isTrue();
    assertThatThrownBy(other::dim).isInstanceOf(IllegalStateException.class);
    assertThat(made).hasValue(1);
  }

  @Test
  void isMadeAgainForWhoComesLater() {
    shared.lend().close();
    assertThat(shared.lend().dim()).isEqualTo(8);
    assertThat(made).hasValue(2);
    shared.close();
  }
}
