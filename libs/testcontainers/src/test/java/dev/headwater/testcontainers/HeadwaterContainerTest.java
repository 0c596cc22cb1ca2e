package dev.headwater.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the container is asked for; that it runs is the launcher's suite's. */
class HeadwaterContainerTest {
  private static final String IMAGE = "headwater:dev";

  @TempDir Path bundle;

  @Test
  void runsAllPartsOfADomainOnAGivenKafka() {
    HeadwaterContainer container =
        new HeadwaterContainer(IMAGE)
            .withKafka("kafka:19092")
            .withDomain("toys")
            .withConfiguration("fine-tune.publish-interval = 200 ms");
    container.configure();
    assertThat(container.getCommandParts())
        .containsExactly("standalone", "--config", "/etc/headwater/headwater.conf");
    assertThat(container.configuration())
        .contains("domains = [\"toys\"]\n", "kafka.bootstrap = \"kafka:19092\"\n")
        .endsWith("fine-tune.publish-interval = 200 ms\n");
    assertThat(container.getExposedPorts()).containsExactly(8080, 8081);
  }

  @Test
  void takesABundle() {
    HeadwaterContainer container =
        new HeadwaterContainer(IMAGE).withKafka("kafka:19092").withBundle(bundle);
    container.configure();
    assertThat(container.getCommandParts()).endsWith("--bundle", "/var/lib/headwater/given-bundle");
  }

  @Test
  void asksForKafka() {
    HeadwaterContainer container = new HeadwaterContainer(IMAGE);
    assertThatIllegalStateException()
        .isThrownBy(container::configure)
        .withMessageContaining("withKafka");
  }

  @Test
  void theHeapIsNoShareOfTheMachine() {
    assertThat(new HeadwaterContainer(IMAGE).getEnvMap())
        .containsEntry("HEADWATER_JAVA_OPTS", "-Xmx1g");
  }
}
