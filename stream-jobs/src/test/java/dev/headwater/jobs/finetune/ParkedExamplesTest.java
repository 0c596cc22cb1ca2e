package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ParkedExamplesTest {
  private final ParkedExamples parked =
      new ParkedExamples(new FineTuneConfig.Parking(3, Duration.ofMillis(100)));

  @Test
  void waitsForTheRowItMisses() {
    parked.add(example("a"), "a", 0);
    parked.add(example("b"), "b", 0);
    assertThat(parked.release("a")).extracting(TrainingExample::target).containsExactly("a");
    assertThat(parked.release("a")).isEmpty();
    assertThat(parked.size()).isEqualTo(1);
    assertThat(parked.all()).extracting(TrainingExample::target).containsExactly("b");
  }

  @Test
  void givesUpTheOldestWhenThereAreTooMany() {
    for (String item : new String[] {"a", "b", "c"}) {
      assertThat(parked.add(example(item), item, 0)).isEmpty();
    }
    assertThat(parked.add(example("d"), "d", 0))
        .extracting(TrainingExample::target)
        .containsExactly("a");
    assertThat(parked.size()).isEqualTo(3);
  }

  @Test
  void givesUpWhatWaitedTooLong() {
    parked.add(example("a"), "a", 0);
    parked.add(example("b"), "b", 90);
    assertThat(parked.expire(100)).isEmpty();
    assertThat(parked.expire(101)).extracting(TrainingExample::target).containsExactly("a");
    assertThat(parked.release("b")).hasSize(1);
    assertThat(parked.expire(1_000)).isEmpty();
    assertThat(parked.size()).isZero();
  }

  @Test
  void anExampleSurvivesItsBytes() {
    TrainingExample example =
        new TrainingExample(
                "r", "t", new String[] {"a", "b"}, new boolean[] {true, false}, "e", 1, 2)
            .withNumber(9)
            .withTick(7)
            .withWeight(-0.5f);
    assertThat(ExampleCodec.read(ExampleCodec.write(example)))
        .usingRecursiveComparison()
        .isEqualTo(example);
    assertThat(ExampleCodec.read(ExampleCodec.write(example, 5)).weight())
        .as("a release that knew no weights")
        .isEqualTo(1);
    assertThat(ExampleCodec.read(ExampleCodec.write(example, 9)).tick())
        .as("its clock showed an event's number")
        .isEqualTo(9);
  }

  private static TrainingExample example(String target) {
    return SmallModel.example(target, "h");
  }
}
