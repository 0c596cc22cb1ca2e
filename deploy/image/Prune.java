import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code java Prune.java PATTERN JAR …}: takes the entries whose whole path matches out of jars.
 * Each becomes a file of its own: what it was a hard link to stays as it was.
 */
final class Prune {
  private Prune() {}

  public static void main(String[] args) throws IOException {
    for (int i = 1; i < args.length; i++) {
      Path jar = Path.of(args[i]);
      Path copy = Files.copy(jar, jar.resolveSibling(jar.getFileName() + ".pruned"));
      prune(copy, args[0]);
      Files.move(copy, jar, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void prune(Path jar, String pattern) throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(jar, Map.of());
        Stream<Path> entries = Files.walk(zip.getPath("/"))) {
      for (Path entry : entries.filter(Files::isRegularFile).toList()) {
        if (entry.toString().matches(pattern)) {
          Files.delete(entry);
        }
      }
    }
  }
}
