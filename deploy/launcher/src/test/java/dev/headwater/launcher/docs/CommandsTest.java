package dev.headwater.launcher.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.launcher.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Every command that a page shows is one that the launcher takes; nothing is run here. */
class CommandsTest {
  private static final CommandLine LAUNCHER = Main.commandLine();
  private static final Pattern COMMAND = Pattern.compile("(?:\\./)?deploy/headwater +([^`#|;]*)");
  private static final Pattern PROFILE = Pattern.compile("mvnw[^`\n]*? -P([a-z,-]+)");
  private static final Pattern TOKEN = Pattern.compile("\"[^\"]*\"|\\S+");

  /**
   * A command and where it stands.
   *
   * @param page its name
   * @param words what follows {@code deploy/headwater}
   */
  record Shown(String page, List<String> words) {
    @Override
    public String toString() {
      return page + ": " + String.join(" ", words);
    }
  }

  static Stream<Shown> shown() throws IOException {
    List<Shown> shown = new ArrayList<>();
    for (Path page : Pages.all()) {
      String text = Files.readString(page).replaceAll("\\\\\n\\s*", " ");
      Matcher matcher = COMMAND.matcher(text);
      while (matcher.find()) {
        String line = matcher.group(1).lines().findFirst().orElse("");
        shown.add(new Shown(Pages.name(page), words(line)));
      }
    }
    return shown.stream().distinct();
  }

  private static List<String> words(String line) {
    return TOKEN.matcher(line).results().map(result -> result.group()).toList();
  }

  @Test
  void manyAreShown() throws IOException {
    assertThat(shown().count()).isGreaterThan(40);
  }

  @ParameterizedTest
  @MethodSource("shown")
  void theLauncherKnowsVerbAndFlags(Shown shown) {
    CommandSpec spec = LAUNCHER.getCommandSpec();
    int flags = 0;
    for (String word : shown.words()) {
      if (flags == 0 && isPlaceholder(word)) {
        return;
      }
      if (word.startsWith("-") || word.startsWith("[-")) {
        flags++;
        String flag = word.replaceAll("[\\[\\]]", "").split("=", 2)[0];
        assertThat(spec.optionsMap()).as(spec.qualifiedName()).containsKey(flag);
      } else if (flags == 0 && !spec.subcommands().isEmpty()) {
        assertThat(spec.subcommands()).as(shown.toString()).containsKey(first(word));
        spec = Objects.requireNonNull(spec.subcommands().get(first(word))).getCommandSpec();
      }
    }
  }

  /** Of {@code create|check}, which stands for either. */
  private static String first(String word) {
    return word.split("[|\\\\,]", 2)[0];
  }

  private static boolean isPlaceholder(String word) {
    return word.equals("VERB") || word.startsWith("…") || word.startsWith("--help");
  }

  @Test
  void profilesOfTheBuildExist() throws IOException {
    Set<String> known = new TreeSet<>();
    try (Stream<Path> modules = Files.walk(Pages.root(), 3)) {
      for (Path pom : modules.filter(file -> file.endsWith("pom.xml")).toList()) {
        Matcher ids = Pattern.compile("<profile>\\s*<id>([^<]+)").matcher(strip(pom));
        ids.results().forEach(id -> known.add(id.group(1)));
      }
    }
    for (Path page : Pages.all()) {
      PROFILE
          .matcher(Files.readString(page))
          .results()
          .flatMap(result -> Stream.of(result.group(1).split(",", -1)))
          .forEach(profile -> assertThat(known).as(Pages.name(page)).contains(profile));
    }
  }

  private static String strip(Path pom) throws IOException {
    return Files.readString(pom).replaceAll("(?s)<!--.*?-->", "");
  }
}
