package dev.headwater.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.configuration.ConfigFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class FlinkSettingsTest {
  private static FlinkSettings settings(Map<String, ?> values) {
    return ConfigFile.section("flink", values, FlinkSettings.class).orBelow(Path.of("/state"));
  }

  private static ReadableConfig applied(FlinkSettings settings, Map<String, String> given) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(Configuration.fromMap(given));
    String checkpoints = settings.applyTo(environment, "job");
    assertThat(environment.getConfiguration().get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
        .isEqualTo(checkpoints);
    return environment.getConfiguration();
  }

  private static String checkpoints(String directory) {
    return applied(settings(Map.of("checkpoint-directory", directory)), Map.of())
        .get(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
  }

  @Test
  void anAddressOfAnObjectStoreStaysAsItIs() {
    assertThat(checkpoints("s3://bucket/a b/checkpoints"))
        .isEqualTo("s3://bucket/a b/checkpoints/job");
    assertThat(checkpoints("hdfs://name:8020/c/")).isEqualTo("hdfs://name:8020/c/job");
    assertThat(checkpoints("gs://bucket")).isEqualTo("gs://bucket/job");
    assertThat(checkpoints("file:///c")).isEqualTo("file:///c/job");
    assertThat(checkpoints("/c")).isEqualTo("file:///c/job");
    assertThat(checkpoints("")).isEqualTo("file:///state/checkpoints/job");
  }

  @Test
  void whatTheClusterWasGivenStays() {
    Map<String, String> given =
        Map.of(
            "execution.checkpointing.dir", "s3://theirs",
            "execution.checkpointing.interval", "77 s",
            "state.backend.type", "forst",
            "high-availability.type", "kubernetes",
            "high-availability.storageDir", "s3://theirs/ha");
    ReadableConfig config =
        applied(
            settings(Map.of("checkpoint-directory", "/ours", "checkpoint-interval", "5 s")), given);
    assertThat(config.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY)).isEqualTo("s3://theirs/job");
    assertThat(config.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
        .isEqualTo(Duration.ofSeconds(77));
    assertThat(config.get(StateBackendOptions.STATE_BACKEND)).isEqualTo("forst");
    assertThat(((Configuration) config).toMap())
        .containsEntry("high-availability.type", "kubernetes")
        .containsEntry("high-availability.storageDir", "s3://theirs/ha");
  }

  @Test
  void settingsOfFlinkPassThroughAndWinOverOurPreferences() {
    ReadableConfig config =
        applied(
            settings(
                Map.of(
                    "settings.\"execution.checkpointing.num-retained\"",
                    9,
                    "settings.\"s3.endpoint\"",
                    "http://minio:9000")),
            Map.of());
    assertThat(config.get(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS)).isEqualTo(9);
    assertThat(((Configuration) config).toMap()).containsEntry("s3.endpoint", "http://minio:9000");
  }

  @Test
  void checkpointsHoldChangesAloneWhereTheClusterWritesThem() {
    FlinkSettings settings =
        settings(Map.of("checkpoint-directory", "s3://bucket/c", "whole-state-interval", "1 hour"));
    assertThat(settings.ofCluster())
        .containsEntry("state.changelog.enabled", "true")
        .containsEntry("state.changelog.storage", "filesystem")
        .containsEntry("state.changelog.dstl.dfs.base-path", "s3://bucket/c/changes");
    assertThat(FlinkSettings.claim(applied(settings, settings.ofCluster())))
        .isEqualTo(RecoveryClaimMode.CLAIM);
    assertThat(FlinkSettings.claim(applied(settings, Map.of())))
        .isEqualTo(RecoveryClaimMode.NO_CLAIM);
  }

  @Test
  void theyHoldTheWholeStateWhereTheUserSaysSo() {
    assertThat(settings(Map.of()).ofCluster()).as("by default").isEmpty();
    Map<String, Object> own =
        Map.of("whole-state-interval", "1 hour", "settings.\"state.changelog.enabled\"", false);
    assertThat(FlinkSettings.claim(applied(settings(own), settings(own).ofCluster())))
        .isEqualTo(RecoveryClaimMode.NO_CLAIM);
  }

  @Test
  void whatStateNeedsIsNotForTheClusterToDecide() {
    ReadableConfig config = applied(settings(Map.of()), Map.of("pipeline.generic-types", "true"));
    assertThat(config.get(PipelineOptions.GENERIC_TYPES)).isFalse();
  }
}
