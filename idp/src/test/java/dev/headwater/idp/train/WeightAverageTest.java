package dev.headwater.idp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WeightAverageTest {
  @Test
  void theFirstEpochsCountAlike() {
    WeightAverage average = new WeightAverage(0.8f);
    assertThat(average.add(epoch(1, 10)).table()).containsExactly(10, 20);
    assertThat(average.add(epoch(2, 20)).table())
        .containsExactly(new float[] {15, 30}, within(1e-4f));
    assertThat(average.add(epoch(3, 30)).table())
        .containsExactly(new float[] {20, 40}, within(1e-4f));
  }

  @Test
  void laterOnTheMeanForgetsAtItsRate() {
    WeightAverage average = new WeightAverage(0.5f);
    Snapshot mean = average.add(epoch(1, 0));
    for (int i = 2; i <= 4; i++) {
      mean = average.add(epoch(i, i == 4 ? 8 : 0));
    }
    assertThat(mean.table()[0]).isCloseTo(4, within(1e-5f));
    assertThat(mean.weights().get(0)[0]).isCloseTo(-4, within(1e-5f));
    assertThat(mean.scale()).isCloseTo(0.5f * 8, within(1e-5f));
    assertThat(mean.epoch()).isEqualTo(4);
  }

  @Test
  void withoutDecayEachEpochStandsAlone() {
    WeightAverage average = new WeightAverage(0);
    average.add(epoch(1, 10));
    assertThat(average.add(epoch(2, 20)).table()).containsExactly(20, 40);
  }

  @Test
  void whatIsAddedIsNotWrittenTo() {
    WeightAverage average = new WeightAverage(0.8f);
    Snapshot first = epoch(1, 10);
    Snapshot second = epoch(2, 20);
    average.add(first);
    average.add(second);
    assertThat(first.table()).containsExactly(10, 20);
    assertThat(second.table()).containsExactly(20, 40);
  }

  @Test
  void goesOnFromWhatItSaved() throws IOException {
    WeightAverage whole = new WeightAverage(0.8f);
    whole.add(epoch(1, 10));
    whole.add(epoch(2, 40));
    WeightAverage resumed = new WeightAverage(0.8f);
    resumed.load(read(out -> whole.save(out)));
    assertThat(resumed.add(epoch(3, 7)).table())
        .containsExactly(whole.add(epoch(3, 7)).table(), within(0f));
  }

  @Test
  void aSnapshotComesBackAsItWasWritten() throws IOException {
    Snapshot written =
        new Snapshot(List.of(new float[] {1, -2}, new float[0]), new float[] {3}, 0.5f, 7);
    Snapshot read = Snapshot.read(read(out -> Snapshot.write(out, written)));
    assertThat(read).isNotNull().usingRecursiveComparison().isEqualTo(written);
    assertThat(readNothing()).isNull();
  }

  private static @Nullable Snapshot readNothing() throws IOException {
    return Snapshot.read(read(out -> Snapshot.write(out, null)));
  }

  private static DataInputStream read(Checkpoint.Writer writer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writer.write(new DataOutputStream(bytes));
    return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
  }

  private static Snapshot epoch(int number, float value) {
    return new Snapshot(
        List.of(new float[] {-value}), new float[] {value, 2 * value}, value, number);
  }
}
