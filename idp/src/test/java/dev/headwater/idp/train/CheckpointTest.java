package dev.headwater.idp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  private static final float[] VALUES = {1.5f, -0f, Float.MIN_VALUE, 3e38f};

  @TempDir private Path folder;

  @Test
  void comesBackAsItWasWritten() throws IOException {
    Checkpoint checkpoint = checkpoint("toys");
    assertThat(checkpoint.exists()).isFalse();
    save(checkpoint);
    assertThat(checkpoint.exists()).isTrue();
    assertThat(load(checkpoint)).containsExactly(VALUES);
  }

  @Test
  void aNewOneReplacesTheOldOneAndLeavesNothingBeside() throws IOException {
    Checkpoint checkpoint = checkpoint("toys");
    save(checkpoint);
    checkpoint.save(out -> Checkpoint.writeFloats(out, new float[] {9}));
    assertThat(load(checkpoint)).containsExactly(9);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(checkpoint.file());
    }
  }

  @Test
  void aWriteThatFailsLeavesTheOldOne() throws IOException {
    Checkpoint checkpoint = checkpoint("toys");
    save(checkpoint);
    assertThatThrownBy(
            () ->
                checkpoint.save(
                    out -> {
                      out.writeInt(5);
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(load(checkpoint)).containsExactly(VALUES);
  }

  @Test
  void refusesAnotherTraining() throws IOException {
    save(checkpoint("toys"));
    assertThatThrownBy(() -> load(checkpoint("games")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("belongs to another training: toys, not games");
  }

  @Test
  void refusesEveryFlippedByte() throws IOException {
    Checkpoint checkpoint = checkpoint("toys");
    save(checkpoint);
    byte[] whole = Files.readAllBytes(checkpoint.file());
    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 4;
      Files.write(checkpoint.file(), changed);
      assertThatThrownBy(() -> load(checkpoint)).as("byte %d", at).hasMessageContaining("damaged");
    }
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    Checkpoint checkpoint = checkpoint("toys");
    save(checkpoint);
    byte[] whole = Files.readAllBytes(checkpoint.file());
    for (int length = 0; length < whole.length; length++) {
      Files.write(checkpoint.file(), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> load(checkpoint))
          .as("%d bytes", length)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("damaged");
    }
  }

  @Test
  void refusesAFileOfAnotherKindWhoseChecksumIsRight() throws IOException {
    byte[] body = {1, 2, 3, 4, 0, 0};
    CRC32 sum = new CRC32();
    sum.update(body);
    Files.write(
        checkpoint("toys").file(),
        ByteBuffer.allocate(14).put(body).putLong(sum.getValue()).array());
    assertThatThrownBy(() -> load(checkpoint("toys")))
        .hasMessageContaining("is not a checkpoint of this release");
  }

  @Test
  void deletesWhatIsThereAndWhatIsNot() throws IOException {
    Checkpoint checkpoint = checkpoint("toys");
    save(checkpoint);
    checkpoint.delete();
    checkpoint.delete();
    assertThat(checkpoint.exists()).isFalse();
  }

  private Checkpoint checkpoint(String purpose) {
    return new Checkpoint(folder.resolve("checkpoint"), purpose);
  }

  private static void save(Checkpoint checkpoint) throws IOException {
    checkpoint.save(out -> Checkpoint.writeFloats(out, VALUES));
  }

  private static float[] load(Checkpoint checkpoint) throws IOException {
    List<float[]> read = new ArrayList<>();
    checkpoint.load(in -> read.add(Checkpoint.readFloats(in)));
    return read.get(0);
  }
}
