package dev.headwater.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;

/** What the JobManager says of where a vertex runs. */
class FlinkJobsTest {
  private static JsonNode places(String... each) throws Exception {
    return JsonMapper.builder()
        .build()
        .readTree("{\"taskmanagers\": [" + String.join(",", each) + "]}");
  }

  private static String place(String taskManager, String status) {
    return "{\"taskmanager-id\": \"%s\", \"status\": \"%s\"}".formatted(taskManager, status);
  }

  @Test
  void aJobIsElsewhereWhenItRunsAndNotThere() throws Exception {
    String paused = "task-manager-1";
    assertThat(FlinkJobs.isElsewhere(places(place("task-manager-2", "RUNNING")), paused)).isTrue();
    assertThat(FlinkJobs.isElsewhere(places(place(paused, "RUNNING")), paused)).isFalse();
    assertThat(
            FlinkJobs.isElsewhere(
                places(place("task-manager-2", "RUNNING"), place(paused, "RUNNING")), paused))
        .isFalse();
    assertThat(FlinkJobs.isElsewhere(places(place("task-manager-2", "SCHEDULED")), paused))
        .isFalse();
    assertThat(FlinkJobs.isElsewhere(places(), paused)).isFalse();
  }
}
