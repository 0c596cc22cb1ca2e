package dev.headwater.launcher.observability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads YAML, anchors and merges resolved, as the tools do that take our files. */
public final class Yaml {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Yaml() {}

  /** Returns every document of a file. */
  public static List<JsonNode> documents(Path file) throws IOException {
    return documents(Files.readString(file));
  }

  /** Returns every document of a text; empty ones are left out. */
  public static List<JsonNode> documents(String text) {
    List<JsonNode> documents = new ArrayList<>();
    for (Object document : new org.yaml.snakeyaml.Yaml().loadAll(text)) {
      if (document != null) {
        documents.add(JSON.valueToTree(document));
      }
    }
    return documents;
  }
}
