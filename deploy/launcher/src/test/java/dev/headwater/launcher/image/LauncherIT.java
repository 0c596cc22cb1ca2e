package dev.headwater.launcher.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code deploy/headwater} and the image's launcher ask of the JVM: a stand-in says it. */
class LauncherIT {
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

  private final Map<String, String> environment = new HashMap<>();

  @TempDir private Path directory;

  @BeforeEach
  void takesAStandIn() throws Exception {
    environment.put("JAVA_HOME", standIn("jdk", "17.0.21").toString());
  }

  /** Makes a Java that says its version, or else what it was asked. */
  private Path standIn(String name, String version) throws IOException {
    Path home = directory.resolve(name);
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        if [ "$1" = -version ]; then
          echo "Picked up JAVA_TOOL_OPTIONS: -Dx=1" >&2
          echo 'openjdk version "%s" 2026-11-17' >&2
          echo 'OpenJDK Runtime Environment (build %s)' >&2
          exit
        fi
        echo "java: %s"
        echo "OMP_WAIT_POLICY=$OMP_WAIT_POLICY"
        printf '%%s\\n' "$@"
        """
            .formatted(version, version, name));
    assertThat(java.toFile().setExecutable(true)).isTrue();
    return home;
  }

  /** What a launcher printed, and how it ended. */
  private record Said(int status, String text) {}

  private Said run(Path launcher, String... verb) throws Exception {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(verb));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    List.of("OMP_WAIT_POLICY", "HEADWATER_JAVA_OPTS", "JAVA_HOME")
        .forEach(builder.environment()::remove);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), text);
  }

  private List<String> asked(Path launcher, String... verb) throws Exception {
    Said said = run(launcher, verb);
    assertThat(said.status()).as(said.text()).isZero();
    return said.text().lines().toList();
  }

  private static List<String> optionFiles(List<String> asked) {
    return asked.stream()
        .filter(each -> each.startsWith("@"))
        .map(each -> each.substring(each.lastIndexOf('/') + 1))
        .toList();
  }

  @Test
  void servingAloneCollectsInShortPauses() throws Exception {
    Path launcher = ROOT.resolve("deploy/headwater");
    assertThat(optionFiles(asked(launcher, "serve", "--config", "f")))
        .containsExactly("jvm.options", "serving.options");
    assertThat(optionFiles(asked(launcher, "bench", "serve", "--items", "1")))
        .containsExactly("jvm.options", "serving.options");
    for (String verb : List.of("ingest", "demo", "store", "lag")) {
      assertThat(optionFiles(asked(launcher, verb))).as(verb).containsExactly("jvm.options");
    }
    assertThat(asked(launcher, "serve", "--config", "f"))
        .as("the verb's own words come last, after the heap")
        .endsWith("serve", "--config", "f")
        .contains("-Xmx3g");
  }

  @Test
  void aLearnersHeapDoesNotGrow() throws Exception {
    Path launcher = ROOT.resolve("deploy/headwater");
    for (String[] verb :
        new String[][] {{"job", "fine-tune"}, {"bench", "fine-tune"}, {"bench", "train"}}) {
      List<String> asked = asked(launcher, verb);
      assertThat(optionFiles(asked)).containsExactly("jvm.options", "learning.options");
      assertThat(asked.indexOf("@" + ROOT.resolve("deploy/learning.options")))
          .as("the later heap wins")
          .isGreaterThan(asked.indexOf("-Xmx3g"));
    }
    assertThat(Files.readAllLines(ROOT.resolve("deploy/learning.options")))
        .contains("-Xms2g", "-Xmx2g");
  }

  @Test
  void threadsOfPyTorchWaitAsleepUnlessToldOtherwise() throws Exception {
    assertThat(asked(ROOT.resolve("deploy/headwater"), "pretrain"))
        .contains("OMP_WAIT_POLICY=passive");
    environment.put("OMP_WAIT_POLICY", "active");
    assertThat(asked(ROOT.resolve("deploy/headwater"), "pretrain"))
        .contains("OMP_WAIT_POLICY=active");
  }

  @Test
  void javaHomeDecidesAndThePathWithoutIt() throws Exception {
    Path launcher = ROOT.resolve("deploy/headwater");
    environment.put(
        "PATH", standIn("on-the-path", "21.0.5").resolve("bin") + ":" + System.getenv("PATH"));
    assertThat(asked(launcher, "doctor")).contains("java: jdk");
    environment.remove("JAVA_HOME");
    assertThat(asked(launcher, "doctor")).contains("java: on-the-path");
  }

  @ParameterizedTest
  @CsvSource({
    "17.0.21, jvm.options",
    "21.0.13.1, jvm.options",
    "23, jvm.options",
    "24.0.1, jvm.options jvm-24.options",
    "25.0.3, jvm.options jvm-24.options",
    "27-ea, jvm.options jvm-24.options",
  })
  void eachVersionIsAskedWhatItUnderstands(String version, String files) throws Exception {
    environment.put("JAVA_HOME", standIn("other", version).toString());
    for (Path launcher : List.of(ROOT.resolve("deploy/headwater"), installed())) {
      assertThat(optionFiles(asked(launcher, "store")))
          .containsExactly(files.split(" ", -1))
          .allSatisfy(file -> assertThat(ROOT.resolve("deploy").resolve(file)).exists());
    }
  }

  @Test
  void tooOldAJavaIsRefused() throws Exception {
    for (String version : List.of("1.8.0_392", "11.0.22", "16.0.2")) {
      Path home = standIn("old", version);
      environment.put("JAVA_HOME", home.toString());
      for (Path launcher : List.of(ROOT.resolve("deploy/headwater"), installed())) {
        Said said = run(launcher, "version");
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.text())
            .startsWith("headwater: " + home.resolve("bin/java") + " is Java ")
            .contains("install a JRE 17 or newer", "JAVA_HOME")
            .hasLineCount(1);
      }
    }
  }

  @Test
  void saysWhereItLookedForJava() throws Exception {
    environment.put("JAVA_HOME", directory.resolve("nowhere").toString());
    Said said = run(installed(), "version");
    assertThat(said.status()).isEqualTo(1);
    assertThat(said.text())
        .contains("no Java found at " + directory.resolve("nowhere/bin/java"), "JAVA_HOME says");
    Files.writeString(standIn("silent", "17").resolve("bin/java"), "#!/bin/sh\nexit 3\n");
    environment.put("JAVA_HOME", directory.resolve("silent").toString());
    assertThat(run(installed(), "version").text()).contains("does not say which Java it is");
  }

  @Test
  void anotherCollectorTakesThePlaceOfOurs() throws Exception {
    for (Path launcher : List.of(ROOT.resolve("deploy/headwater"), installed())) {
      environment.put("HEADWATER_JAVA_OPTS", "-XX:+UseZGC -Xmx2g");
      List<String> asked = asked(launcher, "serve");
      assertThat(asked.indexOf("-XX:-UseG1GC"))
          .isGreaterThan(asked.indexOf("@" + optionFolder(launcher) + "/jvm.options"))
          .isLessThan(asked.indexOf("-XX:+UseZGC"));
      environment.put("HEADWATER_JAVA_OPTS", "-Xmx2g");
      assertThat(asked(launcher, "serve")).doesNotContain("-XX:-UseG1GC");
    }
  }

  private static Path optionFolder(Path launcher) throws IOException {
    return launcher.startsWith(ROOT)
        ? ROOT.resolve("deploy")
        : launcher.toRealPath().resolve("../..").normalize();
  }

  /** The JVM that these tests run on takes all that it is asked. */
  @Test
  void thisJavaStartsWithTheOptionsOfEachVerb() throws Exception {
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    for (String files : List.of("", " @serving.options", " @learning.options")) {
      String script =
          ". java.sh && choose_java . && exec \"$java_bin\" \"${java_options[@]}\""
              + files
              + " $HEADWATER_JAVA_OPTS -version";
      for (String collector : List.of("G1", "Z")) {
        Said said =
            run(
                Path.of("bash"),
                "-c",
                "cd %s && export HEADWATER_JAVA_OPTS=-XX:+Use%sGC && %s"
                    .formatted(ROOT.resolve("deploy"), collector, script));
        assertThat(said.status()).as(files + " " + said.text()).isZero();
        assertThat(said.text()).contains("\"" + Runtime.version().feature());
      }
    }
  }

  /** Image and distribution, of which the launcher asks no more than this. */
  private Path installed() throws IOException {
    Path home = directory.resolve("home");
    Path launcher = home.resolve("bin/headwater");
    if (!Files.exists(launcher)) {
      Files.createDirectories(launcher.getParent());
      Files.copy(ROOT.resolve("deploy/image/headwater"), launcher);
      Files.copy(ROOT.resolve("deploy/java.sh"), home.resolve("java.sh"));
      assertThat(launcher.toFile().setExecutable(true)).isTrue();
      Files.writeString(Files.createDirectories(home.resolve("lib")).resolve("order"), "a.jar\n");
    }
    return launcher;
  }

  @Test
  void theImageDoesTheSame() throws Exception {
    Path launcher = installed();
    assertThat(optionFiles(asked(launcher, "serve")))
        .containsExactly("jvm.options", "serving.options");
    assertThat(optionFiles(asked(launcher, "job", "fine-tune")))
        .containsExactly("jvm.options", "learning.options");
    assertThat(optionFiles(asked(launcher, "ingest"))).containsExactly("jvm.options");
    assertThat(optionFiles(asked(launcher))).containsExactly("jvm.options");
    // As it is called once it is installed.
    Path link = directory.resolve("headwater");
    Files.createSymbolicLink(link, launcher);
    assertThat(asked(link, "ingest")).contains("@" + optionFolder(link) + "/jvm.options");
  }
}
