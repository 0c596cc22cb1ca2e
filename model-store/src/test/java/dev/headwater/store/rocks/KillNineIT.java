package dev.headwater.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.store.inspect.Verification;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.WriteSet;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a writing process with {@code kill -9} at random moments, again and again over the same
 * directory: it opens again, holds every acknowledged batch and version, no batch in part, and
 * every version proves itself. {@code -Dtorture.kills=N} kills (4 unless told; 200 with {@code
 * -Ptorture}), {@code -Dtorture.seed=S}.
 */
class KillNineIT {
  @TempDir Path directory;
  private final Map<String, StoredRow> expected = new TreeMap<>();
  private final Map<Long, Long> sealed = new HashMap<>();
  private long applied;
  private long acknowledged = -1;

  @Test
  void nothingAcknowledgedIsLostAndNoVersionIsTorn() throws Exception {
    int kills = Integer.getInteger("torture.kills", 4);
    long seed = Long.getLong("torture.seed", 9);
    Random random = new Random(seed);
    for (int kill = 0; kill < kills; kill++) {
      writeUntilKilled(random.nextInt(400));
      check("seed %d, kill %d".formatted(seed, kill));
    }
    System.out.printf(
        "kill -9: %d kills, %d batches written, %d versions sealed, nothing lost%n",
        kills, applied, sealed.size());
    assertThat(applied).isGreaterThan(kills);
  }

  private void writeUntilKilled(int millis) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                KillNineWriter.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.readLine()).as("it opens again").isEqualTo("opened " + applied);
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
      boolean killed = false;
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        heard(line.split(" ", -1));
        if (!killed && System.nanoTime() >= deadline) {
          process.toHandle().destroyForcibly(); // kill -9; what is in the pipe was acknowledged
          killed = true;
        }
      }
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  private void heard(String[] words) {
    if (!words[words.length - 1].equals(".")) {
      return; // Cut off by the kill.
    }
    if (words[0].equals("written")) {
      acknowledged = Long.parseLong(words[1]);
    } else if (words[0].equals("sealed")) {
      sealed.put(Long.parseLong(words[1]), Long.parseLong(words[2]));
    }
  }

  private void check(String when) {
    try (RocksEmbeddingStore store = new RocksEmbeddingStore(directory, RocksConfig.defaults())) {
      long next = store.offsets().getOrDefault(KillNineWriter.PARTITION, 0L);
      assertThat(next).as(when).isGreaterThan(acknowledged);
      for (; applied < next; applied++) {
        for (WriteSet.RowWrite write : KillNineWriter.batch(applied).rows()) {
          StoredRow row = write.row();
          if (row == null) {
            expected.remove(write.item());
          } else {
            expected.put(write.item(), row);
          }
        }
      }
      Map<String, StoredRow> found = new TreeMap<>();
      try (RowCursor cursor = store.scan(KillNineWriter.TABLE, Long.MAX_VALUE)) {
        while (cursor.next()) {
          found.put(cursor.item(), cursor.row());
        }
      }
      assertThat(found).as(when).isEqualTo(expected);
      checkVersions(store, when);
    }
  }

  private void checkVersions(RocksEmbeddingStore store, String when) {
    List<SealedVersion> versions = store.versions(KillNineWriter.TABLE);
    for (SealedVersion version : versions) {
      Verification proof = Verification.of(store, version);
      assertThat(proof.ok()).as("%s: %s", when, proof).isTrue();
      assertThat(sealed.getOrDefault(version.version(), version.checksum()))
          .as(when)
          .isEqualTo(version.checksum());
    }
    long newest = sealed.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
    assertThat(versions.stream().mapToLong(SealedVersion::version).max().orElse(0))
        .as("%s: an acknowledged version is there", when)
        .isGreaterThanOrEqualTo(newest);
  }
}
