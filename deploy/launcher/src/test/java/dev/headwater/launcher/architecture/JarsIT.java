package dev.headwater.launcher.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.launcher.observability.Deployed;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Looks into the jars that are installed: what measures, breaks or pretends is in none of them. */
class JarsIT {
  private static final Pattern LAB =
      Pattern.compile(
          "dev/headwater/(bench|chaos)/.*|.*/(Fake|InMemory|Mock|Stub)[A-Z]\\w*\\.class|.*(Bench|Benchmark|Chaos|Fault|Test|IT)\\.class");

  @Test
  void noInstalledJarCarriesALabClassOrATestDouble() throws IOException {
    List<String> found = new ArrayList<>();
    List<Path> jars = ownJars();
    assertThat(jars).as("own jars on the launcher's class path").hasSizeGreaterThan(8);
    for (Path jar : jars) {
      try (JarFile file = new JarFile(jar.toFile())) {
        file.stream()
            .map(entry -> entry.getName())
            .filter(name -> LAB.matcher(name).matches())
            .forEach(name -> found.add(jar.getFileName() + ": " + name));
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void theLabIsBuiltAndHoldsThem() throws IOException {
    for (String lab : List.of("bench", "chaos")) {
      try (Stream<Path> files = Files.list(Deployed.root().resolve("lab/" + lab + "/target"))) {
        Path jar =
            files
                .filter(f -> f.getFileName().toString().matches("headwater-.*\\.jar"))
                .findFirst()
                .orElseThrow();
        try (JarFile file = new JarFile(jar.toFile())) {
          assertThat(file.stream().anyMatch(e -> LAB.matcher(e.getName()).matches())).isTrue();
        }
      }
    }
  }

  private static List<Path> ownJars() throws IOException {
    Path target = Deployed.root().resolve("deploy/launcher/target");
    List<Path> jars = new ArrayList<>();
    for (String entry :
        Files.readString(target.resolve("classpath.dependencies"))
            .strip()
            .split(File.pathSeparator, -1)) {
      if (Path.of(entry).getFileName().toString().startsWith("headwater-")) {
        jars.add(Path.of(entry));
      }
    }
    try (Stream<Path> files = Files.list(target)) {
      files
          .filter(f -> f.getFileName().toString().matches("headwater-launcher-.*\\.jar"))
          .forEach(jars::add);
    }
    return jars;
  }
}
