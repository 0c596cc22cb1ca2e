package dev.headwater.platform.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.platform.load.DrawnHistories.History;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DrawnHistoriesTest {
  private static final int USERS = 1_000;

  @Test
  void theNewestHistoryOfAUserStands() {
    DrawnHistories histories = new DrawnHistories(10);
    histories.put("ann", history(3));
    histories.put("ann", history(4));
    histories.put("bob", history(5));
    assertThat(histories.all()).containsOnlyKeys("ann", "bob");
    assertThat(histories.all().values()).extracting(each -> each.items().length).contains(4);
    assertThat(histories.oneIn()).isEqualTo(1);
    histories.remove("ann");
    assertThat(histories.all()).containsOnlyKeys("bob");
  }

  /** What left makes room again: a user who clicks all day does not count for each click. */
  @Test
  void aHistoryThatIsWrittenAgainCountsOnce() {
    DrawnHistories histories = new DrawnHistories(10);
    for (int i = 0; i < 100; i++) {
      histories.put("ann", history(5));
      histories.put("bob", history(5));
    }
    assertThat(histories.all()).hasSize(2);
    assertThat(histories.oneIn()).isEqualTo(1);
  }

  @Test
  void theSameUsersStayWhateverTheOrder() {
    List<String> users = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      users.add("u" + i);
    }
    DrawnHistories inOrder = drawn(users);
    Collections.shuffle(users, new Random(7));
    DrawnHistories shuffled = drawn(users);
    assertThat(inOrder.oneIn()).isEqualTo(4);
    assertThat(inOrder.all().keySet())
        .hasSizeBetween(USERS / 5, USERS / 3)
        .isEqualTo(shuffled.all().keySet());
  }

  /** A limit that a single history is above of cannot be kept, and is no endless loop. */
  @Test
  void oneHistoryLargerThanTheLimitLeaves() {
    DrawnHistories histories = new DrawnHistories(1);
    histories.put("ann", history(50));
    assertThat(histories.all()).isEmpty();
  }

  private static DrawnHistories drawn(List<String> users) {
    DrawnHistories histories = new DrawnHistories(USERS);
    users.forEach(user -> histories.put(user, history(3)));
    return histories;
  }

  private static History history(int events) {
    String[] items = new String[events];
    Arrays.fill(items, "i");
    return new History(items, new long[events], 0);
  }
}
