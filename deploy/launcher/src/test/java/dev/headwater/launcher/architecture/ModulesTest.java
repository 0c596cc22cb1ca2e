package dev.headwater.launcher.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.launcher.observability.Deployed;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** CONTRIBUTING.md says which module stands on which, and which rooms a click and an item pass. */
class ModulesTest {
  private static final String BOM = "bom";
  private static final Pattern MODULE = Pattern.compile("<module>(.+?)</module>");
  private static final Pattern ARTIFACT =
      Pattern.compile("<artifactId>(headwater-.+?)</artifactId>");
  private static final Pattern DEPENDENCY =
      Pattern.compile("<artifactId>(headwater-[a-z-]+)</artifactId>(?!\\s*<name>)(<scope>test)?");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z/-]+)` \\| [^|]+ \\| ([^|]+) \\|$");
  private static final Pattern NAME = Pattern.compile("`([a-z/-]+)`");
  private static final Pattern ROOM = Pattern.compile("(?m)^\\d+\\. `([a-z.]+)`:");

  @Test
  void thePictureIsThatOfThePoms() throws IOException {
    assertThat(onPaper()).isEqualTo(inPoms());
  }

  /** The lab is no part of a release, and clients of other languages are no jars. */
  @Test
  void theBomHoldsEveryModuleOfARelease() throws IOException {
    Set<String> released = new TreeSet<>();
    for (String module : folders()) {
      if (!module.startsWith("lab/") && !Set.of(BOM, "clients").contains(module)) {
        String pom = Files.readString(Deployed.root().resolve(module).resolve("pom.xml"));
        Matcher artifact = ARTIFACT.matcher(pom.substring(pom.indexOf("</parent>")));
        assertThat(artifact.find()).isTrue();
        released.add(artifact.group(1));
      }
    }
    String bom = Files.readString(Deployed.root().resolve(BOM).resolve("pom.xml"));
    Set<String> managed = new TreeSet<>();
    ARTIFACT
        .matcher(bom.substring(bom.indexOf("<dependencyManagement>")))
        .results()
        .forEach(match -> managed.add(match.group(1)));
    assertThat(managed).isEqualTo(released);
    String root = Files.readString(Deployed.root().resolve("pom.xml"));
    assertThat(bom).as("without a parent it needs its own").contains(version(root));
  }

  private static String version(String pom) {
    return pom.substring(pom.indexOf("<version>"), pom.indexOf("</version>"));
  }

  @Test
  void everyRoomOfTheWalksIsThere() throws IOException {
    List<String> rooms = new ArrayList<>();
    ROOM.matcher(contributing()).results().forEach(match -> rooms.add(match.group(1)));
    assertThat(rooms).hasSizeGreaterThan(15);
    assertThat(Headwater.visitors().keySet()).containsAll(rooms);
  }

  private static SortedMap<String, SortedSet<String>> onPaper() throws IOException {
    SortedMap<String, SortedSet<String>> modules = new TreeMap<>();
    ROW.matcher(contributing())
        .results()
        .forEach(
            row -> {
              SortedSet<String> below = new TreeSet<>();
              NAME.matcher(row.group(2)).results().forEach(name -> below.add(name.group(1)));
              modules.put(row.group(1), below);
            });
    return modules;
  }

  private static SortedMap<String, SortedSet<String>> inPoms() throws IOException {
    SortedMap<String, String> folders = new TreeMap<>();
    SortedMap<String, String> poms = new TreeMap<>();
    for (String module : folders()) {
      if (module.equals(BOM)) {
        continue;
      }
      String pom = Files.readString(Deployed.root().resolve(module).resolve("pom.xml"));
      pom = pom.substring(pom.indexOf("</parent>"));
      Matcher artifact = ARTIFACT.matcher(pom);
      assertThat(artifact.find()).isTrue();
      folders.put(artifact.group(1), module);
      poms.put(module, pom.substring(artifact.end()));
    }
    SortedMap<String, SortedSet<String>> modules = new TreeMap<>();
    poms.forEach(
        (module, pom) -> {
          SortedSet<String> below = new TreeSet<>();
          DEPENDENCY
              .matcher(pom)
              .results()
              .filter(dependency -> dependency.group(2) == null)
              .forEach(d -> below.add(Objects.requireNonNull(folders.get(d.group(1)), d.group(1))));
          modules.put(module, below);
        });
    return modules;
  }

  private static List<String> folders() throws IOException {
    List<String> folders = new ArrayList<>();
    MODULE
        .matcher(Files.readString(Deployed.root().resolve("pom.xml")))
        .results()
        .forEach(module -> folders.add(module.group(1)));
    return folders;
  }

  private static String contributing() throws IOException {
    return Files.readString(Deployed.root().resolve("CONTRIBUTING.md"));
  }
}
