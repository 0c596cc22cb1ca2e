package dev.headwater.launcher.docs;

import dev.headwater.launcher.observability.Deployed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The pages that people read. */
final class Pages {
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

  private Pages() {}

  /** Returns the README, CONTRIBUTING, everything in docs and each module's results. */
  static List<Path> all() throws IOException {
    List<Path> pages = new ArrayList<>();
    pages.add(ROOT.resolve("README.md"));
    pages.add(ROOT.resolve("CONTRIBUTING.md"));
    try (Stream<Path> files = Files.walk(Deployed.doc("."))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    try (Stream<Path> modules = Files.list(ROOT)) {
      modules.map(m -> m.resolve("RESULTS.md")).filter(Files::exists).sorted().forEach(pages::add);
    }
    return pages;
  }

  static String name(Path page) {
    return ROOT.relativize(page.normalize()).toString();
  }

  static Path root() {
    return ROOT;
  }
}
