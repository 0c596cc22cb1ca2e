package dev.headwater.jobs.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.jobs.StreamJob;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  private static final String[] GOOD = {
    "--bootstrap",
    "b:1",
    "--domain",
    "toys",
    "--bundles",
    "/bundles",
    "--bundle",
    "abc",
    "--checkpoints",
    "/checkpoints",
    "--parallelism",
    "2",
    "--kafka.security.protocol",
    "SSL"
  };

  @Test
  void layOutTheSameJobs() {
    Arguments arguments = Arguments.parse(GOOD);
    assertThat(arguments.kafka().client()).containsEntry("security.protocol", "SSL");
    for (StreamJob job :
        new StreamJob[] {ColdStartMain.job(arguments), FineTuneMain.job(arguments)}) {
      StreamExecutionEnvironment environment =
          StreamExecutionEnvironment.getExecutionEnvironment(arguments.flink().toConfiguration());
      job.build(environment);
      assertThat(environment.getStreamGraph().getStreamNodes()).isNotEmpty();
    }
  }

  @Test
  void whatIsWrongIsSaidWithTheUsage() {
    assertThatThrownBy(() -> Arguments.parse("--bootstrap"))
        .hasMessageContaining("--bootstrap HOST:PORT");
    assertThatThrownBy(() -> Arguments.parse("--color", "red")).hasMessageContaining("--color");
    assertThatThrownBy(() -> Arguments.parse("--domain", "toys").kafka())
        .hasMessageContaining("--bootstrap is missing");
    assertThatThrownBy(() -> Arguments.parse("--parallelism", "two").parallelism())
        .hasMessageContaining("is no number");
  }
}
