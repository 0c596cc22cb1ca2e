package dev.headwater.serving.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users in memory and on disk, as one table. */
class UserTableTest {
  private static final int IN_MEMORY = 10;

  @TempDir private Path directory;
  private RocksUsers disk;

  @BeforeEach
  void open() {
    disk = new RocksUsers(directory.resolve("own"), 1_000);
  }

  @AfterEach
  void close() {
    disk.close();
  }

  private UserTable table(String domain) {
    return new UserTable(IN_MEMORY, disk.of(domain));
  }

  private static UserState state(int... codes) {
    return new UserState(codes, new int[0], "event-" + codes.length, codes[0]);
  }

  private static UserState known(UserTable users, String user) {
    return Objects.requireNonNull(users.get(user));
  }

  @Test
  void whoDoesNotFitInMemoryComesBackFromDisk() {
    UserTable users = table("shop");
    for (int u = 0; u < 500; u++) {
      users.put("user-" + u, state(u, 1_000_000 + u));
    }
    assertThat(users.size()).isEqualTo(500);
    assertThat(disk.size()).isEqualTo(490);
    for (int u = 0; u < 500; u++) {
      UserState found = known(users, "user-" + u);
      assertThat(found.codes()).containsExactly(u, 1_000_000 + u);
      assertThat(found.eventId()).isEqualTo("event-2");
      assertThat(found.eventTimeMs()).isEqualTo(u);
    }
    assertThat(users.size()).isEqualTo(500);
    assertThat(disk.size()).isEqualTo(490);
    assertThat(users.get("nobody")).isNull();
  }

  @Test
  void aNewHistoryTakesThePlaceOfTheOneOnDisk() {
    UserTable users = table("shop");
    for (int u = 0; u < 50; u++) {
      users.put("user-" + u, state(u));
    }
    users.put("user-0", state(77));
    for (int u = 50; u < 100; u++) {
      users.put("user-" + u, state(u));
    }
    assertThat(known(users, "user-0").codes()).containsExactly(77);
    assertThat(users.size()).isEqualTo(100);
  }

  @Test
  void aDeletedUserIsNowhere() {
    UserTable users = table("shop");
    for (int u = 0; u < 50; u++) {
      users.put("user-" + u, state(u));
    }
    users.remove("user-0");
    users.remove("user-49");
    assertThat(users.get("user-0")).isNull();
    assertThat(users.get("user-49")).isNull();
    assertThat(users.size()).isEqualTo(48);
  }

  /** A delete marks a key, and what it hides stays in the files until they are rewritten. */
  @Test
  void whatWasPurgedStandsInNoFile() throws IOException {
    try (RocksUsers large = new RocksUsers(directory.resolve("large"), 100_000)) {
      UserTable users = new UserTable(IN_MEMORY, large.of("shop"));
      users.put("ann", new UserState(new int[] {1}, new int[0], "an-event-of-ann", 5));
      users.put("back", new UserState(new int[] {2}, new int[0], "an-event-of-back", 5));
      fill(users, 0);
      assertThat(isInAFile("an-event-of-ann")).isTrue();
      assertThat(isInAFile("an-event-of-back")).isTrue();
      assertThat(known(users, "back").codes()).containsExactly(2);
      for (String user : List.of("ann", "back")) {
        users.remove(user);
      }
      fill(users, 1);
      users.purge(List.of("ann", "back"));
      assertIsInNoFile("an-event-of-ann");
      assertIsInNoFile("an-event-of-back");
      assertThat(known(users, "user-0-1").codes()).hasSize(2_000);
      users.remove("user-0-1");
      users.purge(List.of("user-0-1"));
      assertIsInNoFile("event-of-user-0-1.");
    }
  }

  /** More than the write buffer holds. */
  private static void fill(UserTable users, int round) {
    Random random = new Random(round);
    for (int u = 0; u < 2_000; u++) {
      String user = "user-" + round + "-" + u;
      int[] codes = random.ints(2_000, 0, Integer.MAX_VALUE).toArray();
      users.put(user, new UserState(codes, new int[0], "event-of-" + user + ".", 5));
    }
  }

  /** The database deletes a file on a thread of its own, a moment after nothing needs it. */
  private void assertIsInNoFile(String text) {
    await().atMost(Duration.ofSeconds(10)).until(() -> !isInAFile(text));
  }

  private boolean isInAFile(String text) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(each -> each.toString().endsWith(".sst")).toList()) {
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
          return true;
        }
      }
      return false;
    } catch (NoSuchFileException | UncheckedIOException e) {
      return isInAFile(text); // one of them went meanwhile
    }
  }

  @Test
  void whoComesTooLateToPurgeIsTold() {
    RocksUsers ended = new RocksUsers(directory, 10);
    UserTable users = new UserTable(0, ended.of("shop"));
    users.put("ann", state(1));
    ended.close();
    assertThatThrownBy(() -> users.purge(List.of("ann"))).isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void whoIsAskedForStaysInMemory() {
    UserTable users = table("shop");
    users.put("regular", state(1));
    UserState regular = users.get("regular");
    for (int u = 0; u < 200; u++) {
      users.put("user-" + u, state(u));
      assertThat(users.get("regular")).isSameAs(regular);
    }
  }

  @Test
  void domainsDoNotMix() {
    UserTable shop = table("shop");
    UserTable other = table("other");
    for (int u = 0; u < 50; u++) {
      shop.put("user-" + u, state(u));
      other.put("user-" + u, state(u + 500));
    }
    shop.remove("user-0");
    assertThat(shop.get("user-0")).isNull();
    assertThat(known(other, "user-0").codes()).containsExactly(500);
  }

  @Test
  void beyondTheLimitOfTheDiskUsersAreForgottenAndCounted() {
    UserTable users = table("shop");
    for (int u = 0; u < 1_100; u++) {
      users.put("user-" + u, state(u));
    }
    assertThat(disk.size()).isEqualTo(1_000);
    assertThat(disk.refused()).isEqualTo(90);
    assertThat(users.size()).isEqualTo(1_010);
  }

  @Test
  void withoutADiskTheOldestAreForgotten() {
    UserTable users = new UserTable(IN_MEMORY, UserArchive.NONE);
    for (int u = 0; u < 50; u++) {
      users.put("user-" + u, state(u));
    }
    assertThat(users.size()).isEqualTo(IN_MEMORY);
    assertThat(users.get("user-0")).isNull();
    assertThat(users.get("user-49")).isNotNull();
  }

  /** Whatever happens in whatever order, the table answers as a plain map does. */
  @Test
  void behavesLikeAMap() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    UserTable users = table("shop");
    Map<String, Integer> expected = new HashMap<>();
    for (int step = 0; step < 5_000; step++) {
      String user = "user-" + random.nextInt(60);
      switch (random.nextInt(4)) {
        case 0 -> {
          users.remove(user);
          expected.remove(user);
        }
        case 1 -> {
          users.put(user, state(step));
          expected.put(user, step);
        }
        default -> {
          UserState found = users.get(user);
          Integer code = found == null ? null : Integer.valueOf(found.codes()[0]);
          assertThat(code).as("seed %d, step %d", seed, step).isEqualTo(expected.get(user));
        }
      }
      assertThat(users.size()).as("seed %d, step %d", seed, step).isEqualTo(expected.size());
    }
  }

  @Test
  void whatADeadNodeLeftIsDeletedAndALivingOneIsLeftAlone() throws IOException {
    Path left = Files.createDirectories(directory.resolve("node-0"));
    Files.writeString(left.resolve("CURRENT"), "somebody's history");
    try (RocksUsers first = new RocksUsers(directory, 10);
        RocksUsers second = new RocksUsers(directory, 10)) {
      assertThat(first.of("shop").put("ann", state(1))).isTrue();
      assertThat(second.of("shop").take("ann")).isNull();
      assertThat(first.of("shop").take("ann")).isNotNull();
      assertThat(directory.resolve("node-1")).isDirectory();
    }
    assertThat(directory.resolve("node-0")).doesNotExist();
    assertThat(directory.resolve("node-1")).doesNotExist();
  }
}
