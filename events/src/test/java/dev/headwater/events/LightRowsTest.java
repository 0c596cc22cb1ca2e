package dev.headwater.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.Match;
import dev.headwater.events.wire.RowVersion;
import org.junit.jupiter.api.Test;

class LightRowsTest {
  private static final float[] VECTOR = {1, 2};
  private static final EmbeddingRow ROW =
      EmbeddingRow.newBuilder()
          .setItem("a")
          .setIncarnation(3)
          .setRevision(4)
          .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
          .setVersion(RowVersion.newBuilder().setGeneration(5).setEpoch(6).setStep(7))
          .setInteractionsLearned(8)
          .setVector(Vectors.fp32(VECTOR))
          .setTextVector(Vectors.int8(VECTOR))
          .setSourceVector(Vectors.fp32(VECTOR))
          .setOptimizerFirstMoment(Vectors.fp32(VECTOR))
          .setOptimizerSecondMoment(Vectors.fp32(VECTOR))
          .addMatches(Match.newBuilder().setItem("b"))
          .build();

  @Test
  void aRowWithoutVectorIsNotLightAndGetsNoMarker() {
    EmbeddingRow without = ROW.toBuilder().clearVector().build();
    assertThat(LightRows.isLight(without)).isFalse();
    assertThat(LightRows.of(without).hasVector()).isFalse();
    assertThat(LightRows.withText(without).hasVector()).isFalse();
    assertThat(LightRows.isLight(ROW)).isFalse();
  }

  @Test
  void keepsWhatMergingNeeds() {
    EmbeddingRow light = LightRows.of(ROW);
    assertThat(LightRows.isLight(light)).isTrue();
    assertThat(light.getIncarnation()).isEqualTo(3);
    assertThat(light.getRevision()).isEqualTo(4);
    assertThat(light.getVersion()).isEqualTo(ROW.getVersion());
    assertThat(light.getOrigin()).isEqualTo(ROW.getOrigin());
    assertThat(light.getSerializedSize()).isLessThan(30);
    assertThat(LightRows.of(light)).isSameAs(light);
  }

  @Test
  void keepsTheTextVectorOnDemand() {
    EmbeddingRow light = LightRows.withText(ROW);
    assertThat(LightRows.isLight(light)).isTrue();
    assertThat(light.getTextVector()).isEqualTo(ROW.getTextVector());
    assertThat(light.getItem()).isEqualTo("a");
    assertThat(light.getInteractionsLearned()).isEqualTo(8);
    assertThat(light.hasSourceVector()).isFalse();
    assertThat(light.hasOptimizerFirstMoment()).isFalse();
    assertThat(light.hasOptimizerSecondMoment()).isFalse();
    assertThat(light.getMatchesCount()).isZero();
    assertThat(LightRows.withText(light)).isSameAs(light);
  }
}
