package dev.headwater.launcher.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.headwater.launcher.observability.Deployed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing of the checkout is on the path of what is started here. */
class DistributionSuite {
  @TempDir private static Path folder;
  private static Path tarball;
  private static Path deb;

  /** What a program said, and how it ended. */
  private record Said(int status, String text) {}

  @BeforeAll
  static void make() throws Exception {
    Path out = folder.resolve("out");
    Said said = run(Map.of(), Deployed.path("distribution/build").toString(), out.toString());
    assertThat(said.status()).as(said.text()).isZero();
    tarball = only(out, ".tar.gz");
    deb = only(out, ".deb");
    System.out.printf(
        "%s %,d bytes, %s %,d bytes%n",
        tarball.getFileName(), Files.size(tarball), deb.getFileName(), Files.size(deb));
  }

  private static Path only(Path directory, String ending) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(ending)).findFirst().orElseThrow();
    }
  }

  private static Said run(Map<String, String> environment, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(folder.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), text);
  }

  @Test
  void whatIsUnpackedInAnEmptyFolderRuns() throws Exception {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertThat(run(Map.of(), "tar", "-xzf", tarball.toString(), "-C", empty.toString()).status())
        .isZero();
    Path home;
    try (Stream<Path> unpacked = Files.list(empty)) {
      home = unpacked.findFirst().orElseThrow();
    }
    Path state = Files.createDirectories(folder.resolve("state"));
    works(home.resolve("bin/headwater"), state);
    assertThat(home.resolve("etc/headwater.conf")).exists();
    assertThat(home.resolve("completion/headwater.bash")).content().contains("_complete_headwater");
    assertThat(home.resolve("systemd/headwater-serve.service"))
        .content()
        .contains("ExecStart=/opt/headwater/bin/headwater serve --config /etc/headwater");
  }

  /** Kafka is not there: all else must be well. */
  private static void works(Path program, Path state) throws Exception {
    Map<String, String> environment =
        Map.of("HEADWATER_HOME", state.toString(), "HEADWATER_JAVA_OPTS", "-Xmx512m");
    Said version = run(environment, program.toString(), "version");
    assertThat(version.status()).as(version.text()).isZero();
    assertThat(version.text()).contains("headwater 0.", "home " + state);
    Said doctor = run(environment, program.toString(), "doctor", "--bootstrap", "127.0.0.1:1");
    assertThat(doctor.status()).as(doctor.text()).isEqualTo(1);
    assertThat(doctor.text())
        .contains("ok     configuration", "ok     java", "ok     pytorch: text encoder")
        .contains("no Kafka broker answers at 127.0.0.1:1");
    Said unknown = run(environment, program.toString(), "fly");
    assertThat(unknown.status()).isEqualTo(2);
  }

  @Test
  void theConfigurationThatComesAlongIsOneThatPartsStartWith() throws Exception {
    Path state = Files.createDirectories(folder.resolve("other-state"));
    dev.headwater.platform.config.HeadwaterConfig config =
        dev.headwater.platform.config.HeadwaterConfig.load(
            Deployed.path("distribution/headwater.conf"),
            Map.of("state-directory", state.toString()));
    assertThat(config.serving().storeAdmin()).hasToString("http://127.0.0.1:8081");
  }

  @Test
  void theDebianPackageHoldsProgramServicesAndConfiguration() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/dpkg-deb")), "no dpkg-deb here: not tried");
    Said contents = run(Map.of(), "dpkg-deb", "-c", deb.toString());
    assertThat(contents.text())
        .contains(
            "./etc/headwater/headwater.conf",
            "./usr/bin/headwater -> ../lib/headwater/bin/headwater",
            "./usr/lib/systemd/system/headwater-ingest.service",
            "./usr/lib/systemd/system/headwater-store.service",
            "./usr/lib/systemd/system/headwater-serve.service",
            "./usr/share/bash-completion/completions/headwater");
    assertThat(contents.text().lines()).allMatch(line -> line.contains("root/root"));
    assertThat(run(Map.of(), "dpkg-deb", "-f", deb.toString()).text())
        .contains("Package: headwater", "java17-runtime-headless");
  }

  /**
   * Into a root of its own; what the maintainer scripts do there needs a system, so they are left.
   */
  @Test
  void dpkgInstallsItAndTheInstalledCommandRuns() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/dpkg")), "no dpkg here: not tried");
    Path root = Files.createDirectories(folder.resolve("root"));
    for (String directory : List.of("var/lib/dpkg/info", "var/lib/dpkg/updates")) {
      Files.createDirectories(root.resolve(directory));
    }
    Files.createFile(root.resolve("var/lib/dpkg/status"));
    List<String> command = new ArrayList<>(List.of("dpkg", "--root=" + root));
    command.addAll(List.of("--force-not-root", "--force-depends", "--no-triggers"));
    command.addAll(List.of("--unpack", deb.toString()));
    Said said = run(Map.of(), command.toArray(String[]::new));
    assertThat(said.status()).as(said.text()).isZero();
    assertThat(run(Map.of(), "dpkg", "--root=" + root, "-s", "headwater").text())
        .contains("Status: install ok unpacked");
    works(root.resolve("usr/bin/headwater"), Files.createDirectories(folder.resolve("installed")));
  }
}
