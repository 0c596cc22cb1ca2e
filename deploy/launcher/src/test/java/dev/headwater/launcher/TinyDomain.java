package dev.headwater.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Eight users and eight items on disk, for verbs that read a data set. */
public final class TinyDomain {
  private TinyDomain() {}

  /** Writes it into a folder, which is made. */
  public static void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    StringBuilder items = new StringBuilder("item\ttitle\tbrand\tcategories\n");
    StringBuilder events = new StringBuilder("user\titem\ttimestamp\n");
    for (int i = 0; i < 8; i++) {
      items.append("i%d\tTitle %d\tBrand\tThings\n".formatted(i, i));
      for (int at = 0; at < 5; at++) {
        events.append("u%d\ti%d\t%d\n".formatted(i, (i + at) % 8, at));
      }
    }
    zip(directory.resolve("items.tsv.gz"), items);
    zip(directory.resolve("interactions.tsv.gz"), events);
  }

  private static void zip(Path file, CharSequence text) throws IOException {
    try (Writer out =
        new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file)), UTF_8)) {
      out.append(text);
    }
  }
}
