package dev.headwater.serving.users;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The users of one domain, bounded: beyond the limit the ones that were added first go. Safe for
 * concurrent use.
 */
public final class UserTable {
  private final int limit;
  private final ConcurrentHashMap<String, UserState> users = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Long> deletedUntilMs = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();

  /** Keeps at most {@code limit} users. */
  public UserTable(int limit) {
    this.limit = limit;
  }

  /** Sets a user's state. */
  public void put(String user, UserState state) {
    UserState before = users.put(user, state);
    if (before != null) {
      before.replaced();
    } else {
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
    UserState gone = users.remove(user);
    if (gone != null) {
      gone.replaced();
      order.remove(user);
    }
  }

  /** Forgets a user for good: states written until then are not to be put again. */
  public void delete(String user, long untilMs) {
    deletedUntilMs.merge(user, untilMs, Math::max);
    remove(user);
  }

  /** Tells whether a state of this user, written at this time, was deleted. */
  public boolean isDeleted(String user, long writtenMs) {
    Long until = deletedUntilMs.get(user);
    return until != null && writtenMs <= until;
  }

  /** Returns a user's state, or null. */
  public @Nullable UserState get(String user) {
    return users.get(user);
  }

  /** Looks at every user. */
  public void forEach(BiConsumer<String, UserState> action) {
    users.forEach(action);
  }

  /** Returns how many users are known. */
  public int size() {
    return users.size();
  }
}
