package dev.headwater.jobs.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  @Test
  void whatDiffersFromJobToJobIsAnArgument() {
    Arguments arguments =
        Arguments.parse("--config", "/etc/h.conf", "--domain", "toys", "--bootstrap", "b:1");
    assertThat(arguments.config()).isEqualTo(Path.of("/etc/h.conf"));
    assertThat(arguments.domain()).isEqualTo("toys");
    assertThat(arguments.bundle()).isNull();
    assertThat(arguments.from()).isEqualTo("newest");
    assertThat(arguments.flags()).containsEntry("kafka.bootstrap", "b:1");
  }

  @Test
  void whatIsWrongIsSaidWithTheUsage() {
    assertThatThrownBy(() -> Arguments.parse("--config")).hasMessageContaining("--config FILE");
    assertThatThrownBy(() -> Arguments.parse("--color", "red")).hasMessageContaining("--color");
    assertThatThrownBy(() -> Arguments.parse("config", "f")).hasMessageContaining("'config'");
    assertThatThrownBy(() -> Arguments.parse("--domain", "toys"))
        .hasMessageContaining("--config is missing");
  }
}
