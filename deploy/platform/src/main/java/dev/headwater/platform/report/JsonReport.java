package dev.headwater.platform.report;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.HdrHistogram.Histogram;

/** Builds and writes the one JSON object of {@code --json FILE}. */
public final class JsonReport {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private JsonReport() {}

  /** Returns an empty object. */
  public static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** Returns {@code {p50, p99, samples}} of a histogram in microseconds, as milliseconds. */
  public static ObjectNode latencyMs(Histogram micros) {
    ObjectNode node = object();
    node.put("p50", micros.getValueAtPercentile(50) / 1000.0);
    node.put("p99", micros.getValueAtPercentile(99) / 1000.0);
    node.put("samples", micros.getTotalCount());
    return node;
  }

  /** Writes the object whole or not at all. */
  public static void write(Path file, ObjectNode node) throws IOException {
    Path target = file.toAbsolutePath();
    Path parent = target.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
    Files.writeString(
        temporary, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n");
    Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
  }
}
