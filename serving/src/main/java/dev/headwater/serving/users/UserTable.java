package dev.headwater.serving.users;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The users of one domain, bounded: beyond the limit the ones that were added first go. Safe for
 * concurrent use.
 */
public final class UserTable {
  private final int limit;
  private final ConcurrentHashMap<String, UserState> users = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();

  /** Keeps at most {@code limit} users. */
  public UserTable(int limit) {
    this.limit = limit;
  }

  /** Sets a user's state. */
  public void put(String user, UserState state) {
    if (users.put(user, state) == null) {
      order.add(user);
      while (users.size() > limit) {
        String oldest = order.poll();
        if (oldest == null) {
          return;
        }
        users.remove(oldest);
      }
    }
  }

  /** Forgets a user. */
  public void remove(String user) {
    if (users.remove(user) != null) {
      order.remove(user);
    }
  }

  /** Returns a user's state, or null. */
  public @Nullable UserState get(String user) {
    return users.get(user);
  }

  /** Returns how many users are known. */
  public int size() {
    return users.size();
  }
}
