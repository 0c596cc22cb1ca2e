package dev.headwater.launcher.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.launcher.observability.Deployed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every package is a room; {@code .config/rooms} says who comes in, and nobody else does. A line of
 * it that is not needed any more fails as well, so that the page stays true.
 */
class RoomsTest {
  private static final Set<String> EVERYBODY = Set.of("*");
  private static final String HOW =
      "./mvnw -q test -pl deploy/launcher -am -Dtest=RoomsTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Drooms.write=true";

  @Test
  void everybodyWhoComesInIsOnTheList() throws IOException {
    SortedMap<String, SortedSet<String>> actual = Headwater.visitors();
    Path page = Deployed.root().resolve(".config/rooms");
    if (Boolean.getBoolean("rooms.write")) {
      Files.writeString(page, written(withOpenRooms(actual, read(page))));
    }
    SortedMap<String, SortedSet<String>> listed = read(page);
    actual = withOpenRooms(actual, listed);
    List<String> wrong = new ArrayList<>();
    difference(actual, listed).forEach(arrow -> wrong.add(arrow + " is not on the list"));
    difference(listed, actual).forEach(arrow -> wrong.add(arrow + " is listed and not there"));
    assertThat(wrong)
        .as(".config/rooms says who comes in. If the new arrow is right, add it there, or%n%s", HOW)
        .isEmpty();
  }

  @Test
  void noPackagesStandInACircle() {
    slices().matching(Headwater.ROOT + "(**)").should().beFreeOfCycles().check(Headwater.CLASSES);
  }

  /** Rooms that everybody may enter, because their module is the contract of all, name nobody. */
  private static SortedMap<String, SortedSet<String>> withOpenRooms(
      SortedMap<String, SortedSet<String>> rooms, SortedMap<String, SortedSet<String>> listed) {
    SortedMap<String, SortedSet<String>> result = new TreeMap<>(rooms);
    result.replaceAll(
        (room, visitors) ->
            EVERYBODY.equals(listed.get(room)) ? new TreeSet<>(EVERYBODY) : visitors);
    return result;
  }

  private static List<String> difference(
      SortedMap<String, SortedSet<String>> left, SortedMap<String, SortedSet<String>> right) {
    List<String> missing = new ArrayList<>();
    left.forEach(
        (room, visitors) -> {
          SortedSet<String> others = right.get(room);
          if (others == null) {
            missing.add("room " + room);
            return;
          }
          visitors.stream()
              .filter(visitor -> !others.contains(visitor))
              .forEach(visitor -> missing.add(visitor + " -> " + room));
        });
    return missing;
  }

  private static SortedMap<String, SortedSet<String>> read(Path page) throws IOException {
    SortedMap<String, SortedSet<String>> rooms = new TreeMap<>();
    for (String line : Files.readAllLines(page)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] sides = line.split("<-", 2);
        SortedSet<String> visitors = new TreeSet<>();
        for (String visitor : sides[1].trim().split("\\s+", -1)) {
          if (!visitor.isEmpty()) {
            visitors.add(visitor);
          }
        }
        rooms.put(sides[0].trim(), visitors);
      }
    }
    return rooms;
  }

  private static String written(SortedMap<String, SortedSet<String>> rooms) {
    StringBuilder page =
        new StringBuilder(
            """
            # Every package (without dev.headwater.) and the packages that come in: room <- visitors.
            # `*` is everybody whom the arrows between modules let (CONTRIBUTING.md). RoomsTest holds the classes against this page, both ways.
            """);
    String module = "";
    for (var room : rooms.entrySet()) {
      String own = room.getKey().split("\\.", 2)[0];
      if (!own.equals(module)) {
        page.append('\n');
        module = own;
      }
      page.append("%-22s <- %s".formatted(room.getKey(), String.join(" ", room.getValue())).strip())
          .append('\n');
    }
    return page.toString();
  }
}
