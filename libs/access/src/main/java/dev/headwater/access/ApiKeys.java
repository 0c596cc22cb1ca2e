package dev.headwater.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys that a server knows, by their hashes. Immutable. */
final class ApiKeys {
  private static final int KEYS_MAX = 10_000;

  private final List<KeyLine> lines;

  private ApiKeys(List<KeyLine> lines) {
    this.lines = List.copyOf(lines);
  }

  /**
   * Reads lines of the configuration and of a file; in a file, empty lines and those that begin
   * with {@code #} are left out.
   *
   * @throws AccessSetupException naming the line that is wrong, or a name that stands twice
   */
  static ApiKeys of(List<String> configured, @Nullable Path file) {
    List<KeyLine> lines = new ArrayList<>();
    for (int i = 0; i < configured.size(); i++) {
      lines.add(line("access.keys, entry " + (i + 1), configured.get(i)));
    }
    if (file != null) {
      List<String> read = read(file);
      for (int i = 0; i < read.size(); i++) {
        String text = read.get(i).strip();
        if (!text.isEmpty() && !text.startsWith("#")) {
          lines.add(line(file + ", line " + (i + 1), text));
        }
      }
    }
    checkNames(lines);
    return new ApiKeys(lines);
  }

  private static void checkNames(List<KeyLine> lines) {
    if (lines.size() > KEYS_MAX) {
      throw new AccessSetupException("more than " + KEYS_MAX + " keys");
    }
    Set<String> names = new HashSet<>();
    for (KeyLine line : lines) {
      if (!names.add(line.principal().name())) {
        throw new AccessSetupException("two keys are named " + line.principal().name());
      }
    }
  }

  private static List<String> read(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AccessSetupException("the key file " + file + " cannot be read: " + e, e);
    }
  }

  private static KeyLine line(String where, String text) {
    try {
      return KeyLine.parse(text);
    } catch (IllegalArgumentException e) {
      throw new AccessSetupException(where + ": " + e.getMessage());
    }
  }

  int size() {
    return lines.size();
  }

  /** Returns whose key it is, or null. Takes as long whichever key it is, or none. */
  @Nullable Principal find(String presented) {
    byte[] hash = Secrets.sha256(presented);
    Principal found = null;
    for (KeyLine line : lines) {
      if (line.isOf(hash)) {
        found = line.principal();
      }
    }
    return found;
  }
}
