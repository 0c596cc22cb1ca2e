package dev.headwater.jobs.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.configuration.ConfigurationException;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.StreamJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateChangelogOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmissionTest {
  @TempDir Path folder;

  @Test
  void theFileReachesBothJobs() throws IOException {
    Submission submission =
        submission(
            """
            domains = [toys, games]
            kafka { bootstrap = "b:1", topic-prefix = "acme.", client { sasl.mechanism = PLAIN } }
            bundle-directory = "/bundles"
            state-directory = "/state"
            cold-start.batch-wait = "7 ms"
            fine-tune { shards = 3, publish.interval = "70 ms" }
            serving.port = 9
            """);
    JobsConfig config = submission.config();
    assertThat(config.kafka().client()).containsEntry("sasl.mechanism", "PLAIN");
    assertThat(config.kafka().topics().prefix()).isEqualTo("acme.");
    assertThat(config.coldStart().batchWait()).isEqualTo(Duration.ofMillis(7));
    assertThat(config.fineTune().shards()).isEqualTo(3);
    assertThat(config.fineTune().publish().interval()).isEqualTo(Duration.ofMillis(70));
    assertThat(config.flink().checkpointsOf("fine-tune-toys"))
        .isEqualTo("file:///state/checkpoints/fine-tune-toys");
    assertThat(submission.domains()).containsExactly("toys", "games");
  }

  @Test
  void bothJobsAreLaidOutFromIt() throws Exception {
    Submission submission = submission("domains = [toys]", "--bundle", "abc");
    List<DomainModel> models = submission.models(submission.domains());
    assertThat(models).extracting(DomainModel::bundleId).containsExactly("abc");
    for (StreamJob job :
        List.of(
            submission.config().coldStart("cold-start", models),
            submission.config().fineTune(models.get(0)))) {
      StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
      job.build(environment);
      assertThat(environment.getStreamGraph().getStreamNodes()).isNotEmpty();
    }
  }

  @Test
  void oneOfTheDomainsMayBeNamedAndNoOther() throws IOException {
    String file = "domains = [toys, games]";
    assertThat(submission(file, "--domain", "games").domains()).isEqualTo(Set.of("games"));
    assertThatThrownBy(() -> submission(file, "--domain", "shoes").domains())
        .hasMessageContaining("shoes");
  }

  @Test
  void severalDomainsOrAPatternAreOneJobOfManyUnlessOneIsNamed() throws IOException {
    assertThat(submission("domains = [toys, games]").isOfMany()).isTrue();
    assertThat(submission("domains = [\"shop-*\"]").isOfMany()).isTrue();
    assertThat(submission("domains = [toys]").isOfMany()).isFalse();
    Submission one = submission("domains = [\"shop-*\"]", "--domain", "shop-1");
    assertThat(one.isOfMany()).isFalse();
    assertThat(one.domains()).containsExactly("shop-1");
    assertThatThrownBy(() -> submission("domains = [toys, games]", "--bundle", "b").isOfMany())
        .hasMessageContaining("--bundle goes with --domain");
  }

  @Test
  void aKeyOfAnotherPartIsLookedAtToo() {
    assertThatThrownBy(() -> submission("serving.prot = 9\nfine-tune.shards = 0"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("headwater.conf:1: unknown key serving.prot")
        .hasMessageContaining("headwater.conf:2: fine-tune.shards: shards must be at least 1");
  }

  @Test
  void aCheckpointOfChangesTakesOverWhatItsFilesLieIn() throws IOException {
    Path newest = folder.resolve("fine-tune-toys/0123/chk-7");
    Files.createDirectories(newest);
    Files.writeString(newest.resolve("_metadata"), "");
    ReadableConfig config = goneOn(Map.of("state.changelog.enabled", "true"));
    assertThat(config.get(StateRecoveryOptions.SAVEPOINT_PATH))
        .endsWith("fine-tune-toys/0123/chk-7");
    assertThat(config.get(StateRecoveryOptions.RESTORE_MODE)).isEqualTo(RecoveryClaimMode.CLAIM);
    assertThat(goneOn(Map.of()).get(StateRecoveryOptions.RESTORE_MODE))
        .isEqualTo(RecoveryClaimMode.NO_CLAIM);
  }

  @Test
  void whatStaysAnothersIsGoneOnFromWithWholeCheckpoints() throws IOException {
    Map<String, String> given =
        Map.of("state.changelog.enabled", "true", "execution.state-recovery.path", "file:///mine");
    assertThat(goneOn(given).get(StateChangelogOptions.ENABLE_STATE_CHANGE_LOG)).isFalse();
    Map<String, String> claimed = new HashMap<>(given);
    claimed.put("execution.state-recovery.claim-mode", "CLAIM");
    assertThat(goneOn(claimed).get(StateChangelogOptions.ENABLE_STATE_CHANGE_LOG)).isTrue();
  }

  private ReadableConfig goneOn(Map<String, String> given) throws IOException {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(Configuration.fromMap(given));
    submission("domains = [toys]")
        .goOn(environment, folder.resolve("fine-tune-toys").toUri().toString());
    return environment.getConfiguration();
  }

  private Submission submission(String text, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("--config", write(text).toString()));
    all.addAll(List.of(arguments));
    return new Submission(Arguments.parse(all.toArray(String[]::new)));
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("headwater.conf"), text);
  }
}
