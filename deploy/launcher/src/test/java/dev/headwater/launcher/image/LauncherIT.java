package dev.headwater.launcher.image;

import static org.assertj.core.api.Assertions.assertThat;

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

/** What {@code deploy/headwater} and the image's launcher ask of the JVM: a stand-in says it. */
class LauncherIT {
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

  private final Map<String, String> environment = new HashMap<>();

  @TempDir private Path directory;

  @BeforeEach
  void standIn() throws Exception {
    Path java = Files.createDirectories(directory.resolve("jdk/bin")).resolve("java");
    Files.writeString(
        java, "#!/bin/sh\necho \"OMP_WAIT_POLICY=$OMP_WAIT_POLICY\"\nprintf '%s\\n' \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
  }

  private List<String> asked(Path launcher, String... verb) throws Exception {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(verb));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("OMP_WAIT_POLICY");
    builder.environment().putAll(environment);
    builder.environment().put("JAVA_HOME", directory.resolve("jdk").toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines().toList();
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
  void theImageDoesTheSame() throws Exception {
    Path home = Files.createDirectories(directory.resolve("home"));
    Path launcher = Files.createDirectories(home.resolve("bin")).resolve("headwater");
    Files.copy(ROOT.resolve("deploy/image/headwater"), launcher);
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    Files.writeString(Files.createDirectories(home.resolve("lib")).resolve("order"), "a.jar\n");
    assertThat(optionFiles(asked(launcher, "serve")))
        .containsExactly("jvm.options", "serving.options");
    assertThat(optionFiles(asked(launcher, "job", "fine-tune")))
        .containsExactly("jvm.options", "learning.options");
    assertThat(optionFiles(asked(launcher, "ingest"))).containsExactly("jvm.options");
    assertThat(optionFiles(asked(launcher))).containsExactly("jvm.options");
    // As it is called once it is installed.
    Path link = directory.resolve("headwater");
    Files.createSymbolicLink(link, launcher);
    assertThat(asked(link, "ingest")).contains("@" + home.toRealPath().resolve("jvm.options"));
  }
}
