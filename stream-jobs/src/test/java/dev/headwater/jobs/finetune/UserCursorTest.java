package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UserCursorTest {
  private static final FineTuneConfig.UserBound BOUND =
      new FineTuneConfig.UserBound(3, 2, 100, Duration.ofHours(1));

  @Test
  void manyItemsDoNotGetRoundTheBound() {
    UserCursor cursor = new UserCursor();
    int allowed = 0;
    for (int i = 0; i < 10_000; i++) {
      allowed += cursor.allow("i" + i % 200, i, BOUND) ? 1 : 0;
      cursor = UserCursor.fromBytes(cursor.toBytes());
    }
    assertThat(allowed).isEqualTo(100);
    assertThat(cursor.allow("i1", 3_600_000L, BOUND)).as("the next window").isTrue();
  }

  @Test
  void anItemTeachesAFewTimesOnlyHoweverManyHistoriesItStandsIn() {
    UserCursor cursor = new UserCursor();
    cursor.allow("t", 0, BOUND);
    assertThat(cursor.teach(new String[] {"a", "b", "a"}, BOUND)).containsExactly(true, true, true);
    cursor = UserCursor.fromBytes(cursor.toBytes());
    assertThat(cursor.teach(new String[] {"a"}, BOUND)).containsExactly(true);
    assertThat(cursor.teach(new String[] {"a", "b"}, BOUND)).containsExactly(false, true);
    cursor.allow("t", 3_600_000L, BOUND);
    assertThat(cursor.teach(new String[] {"a"}, BOUND)).as("next window").containsExactly(true);
  }

  @Test
  void anItemClickedAgainTeachesInNoHistoryAnyMore() {
    UserCursor cursor = new UserCursor();
    for (int i = 0; i < 3; i++) {
      assertThat(cursor.allow("a", i, BOUND)).isTrue();
    }
    assertThat(cursor.teach(new String[] {"a", "b"}, BOUND)).containsExactly(true, true);
    assertThat(cursor.allow("a", 4, BOUND)).isFalse();
    assertThat(cursor.teach(new String[] {"a", "b"}, BOUND)).containsExactly(false, true);
  }

  @Test
  void readsWhatAnOlderReleaseWrote() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(1);
    out.writeLong(42); // seq
    out.writeLong(0); // window
    out.writeShort(1);
    out.writeUTF("i1");
    out.writeShort(3);
    UserCursor cursor = UserCursor.fromBytes(bytes.toByteArray());
    assertThat(cursor.seq()).isEqualTo(42);
    assertThat(cursor.allow("i1", 5, BOUND)).isFalse();
    assertThat(cursor.allow("i2", 5, BOUND)).isTrue();
  }

  /** In a rolling upgrade the new release writes what the old one reads. */
  @Test
  void writesTheFormerFormatForAnOlderRelease() {
    UserCursor cursor = new UserCursor();
    cursor.advanceTo(42);
    assertThat(cursor.allow("i1", 5, BOUND)).isTrue();
    byte[] former = cursor.toBytes(1);
    assertThat(former[0]).isEqualTo((byte) 1);
    UserCursor read = UserCursor.fromBytes(former);
    assertThat(read.seq()).isEqualTo(42);
    assertThat(read.toBytes(1)).isEqualTo(former);
  }
}
