package dev.headwater.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
  private static final Duration SOON = Duration.ofMillis(5);

  @TempDir Path folder;
  private final List<String> reloads = new CopyOnWriteArrayList<>();

  private Path put(String name, String text) throws IOException {
    Path next = Files.writeString(folder.resolve(name + ".next"), text);
    return Files.move(next, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Notes what the file holds; one that cannot be used says {@code bad}. */
  private FileWatch watch(Path file, Path... more) {
    List<Path> files = new java.util.ArrayList<>(List.of(more));
    files.add(0, file);
    return new FileWatch(
            files,
            SOON,
            () -> {
              String text = text(file);
              reloads.add(text);
              if (text.equals("bad")) {
                throw new IllegalArgumentException("not good");
              }
            })
        .start();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "gone";
    }
  }

  private void awaitReloads(String... texts) {
    await().untilAsserted(() -> assertThat(reloads).containsExactly(texts));
  }

  @Test
  void aFileIsReadAgainForItsContentAndNotForItsTime() throws IOException {
    Path file = put("a", "1");
    try (FileWatch watch = watch(file)) {
      assertThat(watch).isNotNull();
      Files.setLastModifiedTime(file, FileTime.fromMillis(1));
      put("a", "1");
      put("a", "2");
      awaitReloads("2");
    }
  }

  @Test
  void aSymbolicLinkThatPointsElsewhereIsAChange() throws IOException {
    Path first = put("first", "1");
    Path second = put("second", "2");
    Path link = Files.createSymbolicLink(folder.resolve("link"), first);
    try (FileWatch watch = watch(link)) {
      assertThat(watch).isNotNull();
      Path next = Files.createSymbolicLink(folder.resolve("link.next"), second);
      Files.move(next, link, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      awaitReloads("2");
    }
  }

  @Test
  void whatCannotBeUsedIsTriedOnAndTheWatchGoesOn() throws IOException {
    Path file = put("a", "1");
    Path other = put("b", "1");
    try (FileWatch watch = watch(file, other)) {
      assertThat(watch).isNotNull();
      put("a", "bad");
      await().until(() -> reloads.contains("bad"));
      put("b", "2");
      put("a", "3");
      await().until(() -> reloads.contains("3"));
      assertThat(reloads.subList(0, reloads.size() - 1)).containsOnly("bad");
    }
  }

  /** Another file that it needs was not there, a disk did not answer: the content was good. */
  @Test
  void whatCouldNotBeReadOnceIsReadAtTheNextLook() throws IOException {
    Path file = put("a", "1");
    FileWatch days =
        new FileWatch(
            List.of(file),
            Duration.ofDays(9),
            () -> {
              reloads.add(text(file));
              if (reloads.size() == 1) {
                throw new IllegalArgumentException("not now");
              }
            });
    try (days) {
      put("a", "2");
      days.look();
      days.look();
      assertThat(reloads).containsExactly("2");
      days.look();
      days.look();
      assertThat(reloads).containsExactly("2", "2");
    }
  }

  @Test
  void whatChangesBetweenTheFirstReadingAndTheStartIsReadAgain() throws IOException {
    Path file = put("a", "1");
    FileWatch watch = new FileWatch(List.of(file), SOON, () -> reloads.add(text(file)));
    try (watch) {
      put("a", "2");
      watch.start();
      awaitReloads("2");
    }
  }

  /** Looked at by hand: the watch's own looks are days away. */
  @Test
  void aFileThatIsJustBeingWrittenIsReadOnceItStandsStill() throws IOException {
    Path file = put("a", "1");
    FileWatch days =
        new FileWatch(List.of(file), Duration.ofDays(9), () -> reloads.add(text(file)));
    try (days) {
      Files.writeString(file, "");
      days.look();
      Files.writeString(file, "2 and");
      days.look();
      Files.writeString(file, "2 and 3");
      days.look();
      assertThat(reloads).as("each look saw another file").isEmpty();
      days.look();
      days.look();
      assertThat(reloads).containsExactly("2 and 3");
      Files.writeString(file, "");
      days.look();
      Files.writeString(file, "2 and 3");
      days.look();
      days.look();
      assertThat(reloads).as("it is again as it was").hasSize(1);
    }
  }

  @Test
  void aFileThatGoesAndComesBackIsReadAgain() throws IOException {
    Path file = put("a", "1");
    try (FileWatch watch = watch(file)) {
      assertThat(watch).isNotNull();
      Files.delete(file);
      awaitReloads("gone");
      put("a", "1");
      awaitReloads("gone", "1");
    }
  }
}
