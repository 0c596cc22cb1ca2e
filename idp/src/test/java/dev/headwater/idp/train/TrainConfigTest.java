package dev.headwater.idp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainConfigTest {
  @ParameterizedTest
  @CsvSource({
    "batch-size, 7, batchSize=7",
    "windows, 3, windows=3",
    "max-epochs, 9, maxEpochs=9",
    "patience, 2, patience=2",
    "table-rate, 0.25, tableRate=0.25",
    "encoder-rate, 0.125, encoderRate=0.125",
    "dropout, 0.75, dropout=0.75",
    "loss, sampled-softmax, loss=SAMPLED_SOFTMAX",
    "negatives, 5, negatives=5",
    "full-softmax-items, 11, fullSoftmaxItems=11",
    "logit-scale, 0.5, logitScale=0.5",
    "learn-scale, false, learnScale=false",
    "average, 0.25, average=0.25",
    "hide, 0.5, hide=0.5",
    "hide-last, 0.125, hideLast=0.125",
    "cut, 0.5, cut=0.5",
    "copies, 3, copies=3"
  })
  void everySettingHasAName(String name, String value, String expected) {
    TrainConfig before = TrainConfig.builder().build();
    TrainConfig after = before.toBuilder().set(name, value).build();
    assertThat(after.toString()).contains(expected);
    assertThat(before.toString()).doesNotContain(expected);
    assertThat(after.toBuilder().build().toString()).as("carried on").isEqualTo(after.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "batch-size, 0",
    "windows, 0",
    "max-epochs, -1",
    "patience, -1",
    "negatives, 0",
    "dropout, 1",
    "dropout, -0.1",
    "dropout, NaN",
    "average, 1",
    "hide, 0",
    "hide-last, 1.5",
    "cut, -0.5",
    "copies, 0",
    "table-rate, -1",
    "encoder-rate, NaN",
    "logit-scale, 0"
  })
  void refusesWhatNoTrainingCouldUse(String name, String value) {
    assertThatThrownBy(() -> TrainConfig.builder().set(name, value).build())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"colour, red", "batch-size, many", "learn-scale, perhaps", "loss, hinge"})
  void refusesWhatItCannotRead(String name, String value) {
    assertThatThrownBy(() -> TrainConfig.builder().set(name, value))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void saysWhichNameItDoesNotKnow() {
    assertThatThrownBy(() -> TrainConfig.builder().set("colour", "red"))
        .hasMessageContaining("colour");
    assertThatThrownBy(() -> TrainConfig.builder().set("learn-scale", "perhaps"))
        .hasMessageContaining("perhaps");
  }

  @Test
  void aFrozenEncoderTakesNoSteps() {
    assertThat(TrainConfig.builder().frozenEncoder().build().encoderRate()).isZero();
  }

  @Test
  void preTrainingHasItsOwnDefaultsAndSeed() {
    TrainConfig config = TrainConfig.pretraining(77);
    assertThat(config.seed()).isEqualTo(77);
    assertThat(config.learnScale()).isFalse();
    assertThat(config.maxEpochs()).isEqualTo(12);
  }
}
